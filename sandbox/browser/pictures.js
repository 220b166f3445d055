// Has pictures and media with an address of AWS's loaded from the sandbox, without a worker: wherever a page writes such an
// address into its document, that of the sandbox goes there, and the page reads back what it wrote.
(() => {
  if (typeof document === 'undefined') {
    return;
  }
  const { sandbox, bridged, meant } = self.lightboxBridge;
  const element = Element.prototype;
  const real = {
    get: element.getAttribute,
    set: element.setAttribute,
    innerHTML: Object.getOwnPropertyDescriptor(element, 'innerHTML'),
    insert: element.insertAdjacentHTML,
  };

  // What is loaded by itself when it is written.
  const places = [
    [HTMLImageElement, ['img'], ['src', 'srcset']],
    [HTMLSourceElement, ['source'], ['src', 'srcset']],
    [HTMLMediaElement, ['audio', 'video'], ['src']],
    [HTMLVideoElement, ['video'], ['poster']],
    [HTMLIFrameElement, ['iframe'], ['src']],
    [HTMLEmbedElement, ['embed'], ['src']],
    [HTMLLinkElement, ['link'], ['href']],
  ];
  const selector = places.flatMap(([, tags, names]) => tags.flatMap((tag) => names.map((name) => `${tag}[${name}]`))).join();
  const isPlace = (of, name) => places.some(([, tags, names]) => tags.includes(of.localName) && names.includes(name));

  // A srcset is a list of addresses, each with what it is for.
  const address = /(?<=^|[\s,])https?:[^\s]*[^\s,]/g;
  const there = (name, value) => (name === 'srcset' ? value.replace(address, bridged) : bridged(value));
  const back = (name, value) => (name === 'srcset' ? value.replace(address, meant) : meant(value));

  for (const [{ prototype }, , names] of places) {
    for (const name of names) {
      const property = Object.getOwnPropertyDescriptor(prototype, name);
      Object.defineProperty(prototype, name, {
        ...property,
        get() {
          return back(name, property.get.call(this));
        },
        set(value) {
          property.set.call(this, there(name, String(value)));
        },
      });
    }
  }
  element.setAttribute = function setAttribute(name, value) {
    const at = String(name).toLowerCase();
    real.set.call(this, name, isPlace(this, at) ? there(at, String(value)) : value);
  };
  element.getAttribute = function getAttribute(name) {
    const value = real.get.call(this, name);
    const at = String(name).toLowerCase();
    return value?.includes(sandbox) && isPlace(this, at) ? back(at, value) : value;
  };

  /** Corrects an element that came to be in another way. */
  function correct(of) {
    for (const { name, value } of [...of.attributes]) {
      if (isPlace(of, name) && there(name, value) !== value) {
        real.set.call(of, name, there(name, value));
      }
    }
  }

  /** The same HTML, corrected in a document that loads nothing. */
  function corrected(html) {
    const text = String(html);
    if (!/https:/i.test(text)) {
      return html;
    }
    const template = document.createElement('template');
    real.innerHTML.set.call(template, text);
    const found = template.content.querySelectorAll(selector);
    found.forEach(correct);
    return found.length > 0 ? real.innerHTML.get.call(template) : html;
  }
  for (const prototype of [element, ShadowRoot.prototype]) {
    const property = Object.getOwnPropertyDescriptor(prototype, 'innerHTML');
    Object.defineProperty(prototype, 'innerHTML', {
      ...property,
      set(html) {
        property.set.call(this, corrected(html));
      },
    });
  }
  element.insertAdjacentHTML = function insertAdjacentHTML(where, html) {
    real.insert.call(this, where, corrected(html));
  };

  // What a server wrote into the page, before this script or after it, and all other ways.
  document.querySelectorAll(selector).forEach(correct);
  const attributeFilter = [...new Set(places.flatMap(([, , names]) => names))];
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      if (target instanceof Element) {
        correct(target);
      }
      for (const node of addedNodes) {
        if (node instanceof Element) {
          correct(node);
          node.querySelectorAll(selector).forEach(correct);
        }
      }
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter });
})();
