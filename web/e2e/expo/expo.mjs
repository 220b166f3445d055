import { ask } from './wire.mjs';

// What the modules of Expo do on a phone, which it has at globalThis.expo.

class EventEmitter {
  #heard = new Map();
  addListener(name, listener) {
    this.#heard.set(name, [...(this.#heard.get(name) ?? []), listener]);
    return { remove: () => this.removeListener(name, listener) };
  }
  removeListener(name, listener) {
    this.#heard.set(name, (this.#heard.get(name) ?? []).filter((one) => one !== listener));
  }
  removeAllListeners(name) {
    this.#heard.delete(name);
  }
  emit(name, ...told) {
    this.#heard.get(name)?.forEach((listener) => listener.apply(this, told));
  }
}
class SharedObject extends EventEmitter {
  release() {}
}
class SharedRef extends SharedObject {}
class NativeModule extends EventEmitter {}

/** Expo's own modules: what they do with blobs is of React Native's. */
export function expo(keep, own) {
  class NativeResponse extends SharedObject {
    answer = { url: '', status: -1, statusText: '', headers: {} };
    get _rawHeaders() {
      return Object.entries(this.answer.headers);
    }
    get status() {
      return this.answer.status;
    }
    get statusText() {
      return this.answer.statusText;
    }
    get url() {
      return this.answer.url;
    }
    get redirected() {
      return false;
    }
    async startStreaming() {
      return own(await this.answer.body());
    }
    cancelStreaming() {}
    async arrayBuffer() {
      return own(await this.answer.body()).buffer;
    }
    async text() {
      return (await this.answer.body()).toString();
    }
  }
  class NativeRequest extends SharedObject {
    constructor(response) {
      super();
      this.response = response;
    }
    async start(url, { method, headers }, body) {
      const asking = { url, method, headers: Object.fromEntries(headers ?? []), body: body ?? undefined };
      this.response.answer = await ask(asking, undefined, (request) => (this.request = request));
      return this.response;
    }
    cancel() {
      this.request?.destroy();
    }
  }
  const ExpoFetchModule = { NativeRequest, NativeResponse, unstable_createBlobData: async (bytes) => keep(bytes) };
  return { EventEmitter, SharedObject, SharedRef, NativeModule, modules: { ExpoFetchModule, ExpoAsset: {} } };
}
