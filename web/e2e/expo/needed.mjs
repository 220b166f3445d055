import { createDiffieHellmanGroup, randomBytes } from 'node:crypto';
import { listened } from './wire.mjs';

/** What the modules of Amplify and of those that it needs do on a phone, by their names. */
export function needed() {
  const kept = new Map();
  const N = BigInt(`0x${createDiffieHellmanGroup('modp15').getPrime('hex')}`); // RFC 3526, of Cognito's sign-in
  const modPow = (base, exponent, divisor) => {
    let [value, by, result] = [((base % divisor) + divisor) % divisor, exponent, 1n];
    for (; by > 0n; by >>= 1n, value = (value * value) % divisor) {
      result = by & 1n ? (result * value) % divisor : result;
    }
    return result;
  };
  const number = (hex) => (hex.startsWith('-') ? -1n : 1n) * BigInt(`0x${hex.replace('-', '')}`);
  const numbers = (payload) => Object.fromEntries(Object.entries(payload).map(([name, hex]) => [name, number(hex)]));
  return {
    AmplifyRTNCore: {
      async computeModPow(payload) {
        const { base, exponent, divisor } = numbers(payload);
        return modPow(base, exponent, divisor).toString(16);
      },
      // Of SRP: (B - k g^x)^(a + u x) modulo N.
      async computeS(payload) {
        const { g, x, k, a, b, u } = numbers(payload);
        return modPow(b - k * modPow(g, x, N), a + u * x, N).toString(16);
      },
      getDeviceName: async () => 'Node',
    },
    RNGetRandomValues: { getRandomBase64: (length) => randomBytes(length).toString('base64') },
    RNCNetInfo: {
      ...listened,
      configure() {},
      getCurrentState: async () => ({ type: 'wifi', isConnected: true, isInternetReachable: true, details: {} }),
    },
    RNCAsyncStorage: {
      multiGet: (keys, done) => done(null, keys.map((key) => [key, kept.get(key) ?? null])),
      multiSet: (pairs, done) => (pairs.forEach(([key, value]) => kept.set(key, value)), done(null)),
      multiRemove: (keys, done) => (keys.forEach((key) => kept.delete(key)), done(null)),
      getAllKeys: (done) => done(null, [...kept.keys()]),
      clear: (done) => (kept.clear(), done(null)),
    },
  };
}
