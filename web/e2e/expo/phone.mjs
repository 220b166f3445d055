import { readFile } from 'node:fs/promises';
import { constants as kinds, createContext, runInContext } from 'node:vm';
import { expo } from './expo.mjs';
import { needed } from './needed.mjs';
import { screen } from './screen.mjs';
import { ask, wire } from './wire.mjs';

// A phone without a phone: the JavaScript of an app, and under it Node in the place of what iOS, React Native's own code for it,
// and Expo's do there. Nothing of the app, of Amplify, of React Native's JavaScript or of the sandbox is replaced.

// What an app needs to be there, and nobody here uses.
const idle = (of = {}) => new Proxy(of, { get: (of, name) => of[name] ?? (name === 'getConstants' ? () => ({}) : () => {}) });
const unused = [
  'AccessibilityManager', 'ActionSheetManager', 'AlertManager', 'DevSettings', 'ImageEditingManager', 'ImageLoader', 'KeyboardObserver',
  'LinkingManager', 'NativeAnimatedModule', 'NativeAnimatedTurboModule', 'NativeDOMCxx', 'NativeIdleCallbacksCxx',
  'NativeReactNativeFeatureFlagsCxx', 'StatusBarManager', 'UIManager',
];

/** Starts the app of a bundle. What it says to its console goes to said. */
export async function phone(bundle, initialProps, said = () => {}) {
  const engine = createContext(kinds.DONT_CONTEXTIFY);
  const emit = (name, told) => setImmediate(() => engine.__rctDeviceEventEmitter.emit(name, told));
  const { keep, modules } = wire(emit);
  const { nativeFabricUIManager, ...shown } = screen();
  const size = { width: 390, height: 844, scale: 3, fontScale: 1 };
  const constants = (values) => ({ getConstants: () => values });
  const system = { isTesting: false, osVersion: '26.0', systemName: 'iOS', interfaceIdiom: 'phone', forceTouchAvailable: false };
  const all = {
    ...Object.fromEntries(unused.map((name) => [name, idle()])),
    ...modules,
    ...needed(),
    AppState: idle(constants({ initialAppState: 'active' })),
    DeviceInfo: constants({ Dimensions: { window: size, screen: size } }),
    ExceptionsManager: { reportException: ({ message }) => said(message) },
    NativeMicrotasksCxx: { queueMicrotask },
    NativePerformanceCxx: idle({ now: () => performance.now() }),
    PlatformConstants: constants({ ...system, reactNativeVersion: { major: 0, minor: 88, patch: 1 } }),
    SettingsManager: constants({ settings: {} }),
    SourceCode: constants({ scriptURL: `file://${bundle}` }),
  };
  const module = (name) => all[name] ?? null;

  // Bytes have to be of the engine's own kind.
  const own = runInContext('(bytes) => new Uint8Array(bytes)', engine);
  class Encoder extends TextEncoder {
    encode(text) {
      return own(super.encode(text));
    }
  }
  const log = (...words) => said(words.map((word) => word?.message ?? String(word)).join(' '));
  Object.assign(engine, {
    // of the engine
    atob, btoa, TextDecoder, TextEncoder: Encoder,
    console: Object.fromEntries(['debug', 'error', 'group', 'groupCollapsed', 'groupEnd', 'info', 'log', 'trace', 'warn'].map((name) => [name, log])),
    HermesInternal: { hasPromise: () => true, enablePromiseRejectionTracker() {} },
    // of React Native
    setTimeout, clearTimeout, setInterval, clearInterval,
    requestAnimationFrame: (act) => setTimeout(() => act(performance.now()), 16),
    cancelAnimationFrame: clearTimeout,
    nativePerformanceNow: () => performance.now(),
    RN$Bridgeless: true,
    RN$registerCallableModule() {},
    __nativeComponentRegistry__hasComponent: () => true,
    __turboModuleProxy: module,
    nativeModuleProxy: new Proxy({}, { get: (of, name) => module(name) }),
    nativeFabricUIManager,
    // of Expo
    expo: expo(keep, own),
  });
  runInContext(await readFile(bundle, 'utf8'), engine, { filename: bundle });
  engine.RN$AppRegistry.runApplication('main', { rootTag: 1, initialProps, fabric: true });
  return { ...shown, load: (url) => ask({ url }) };
}
