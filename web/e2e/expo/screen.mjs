// What a phone's own code does with a screen, as React's renderer for phones asks it to: it keeps what is to be shown, and says
// what somebody does with it.

/** The module of React Native for the screen, and what somebody sees and does there. */
export function screen() {
  let shown = [];
  let handle;
  let last = 0;
  const node = (of, props, children) => ({ ...of, props: { ...of.props, ...props }, children: children ?? [...of.children] });
  const all = (nodes) => nodes.flatMap((one) => [one, ...all(one.children)]);
  const rectangle = [0, 0, 1, 1];
  const nativeFabricUIManager = {
    createNode: (tag, viewName, rootTag, props, instance) => ({ id: ++last, tag, viewName, props: { ...props }, instance, children: [] }),
    cloneNode: (of) => node(of),
    cloneNodeWithNewChildren: (of, children = []) => node(of, {}, children),
    cloneNodeWithNewProps: (of, props) => node(of, props),
    cloneNodeWithNewChildrenAndProps: (of, second, third) => (third ? node(of, third, second) : node(of, second, [])),
    createChildSet: () => [],
    appendChild: (parent, child) => (parent.children.push(child), parent),
    appendChildToSet: (set, child) => set.push(child),
    completeRoot: (root, set) => (shown = set),
    registerEventHandler: (handler) => (handle = handler),
    measure: (of, done) => done(0, 0, 1, 1, 0, 0),
    measureInWindow: (of, done) => done(...rectangle),
    getBoundingClientRect: () => rectangle,
    setNativeProps() {},
    dispatchCommand() {},
    setIsJSResponder() {},
    sendAccessibilityEvent() {},
    configureNextLayoutAnimation() {},
    unstable_DefaultEventPriority: 32,
    unstable_DiscreteEventPriority: 2,
    unstable_ContinuousEventPriority: 8,
    unstable_IdleEventPriority: 268435456,
    unstable_getCurrentEventPriority: () => 2,
  };

  const text = (of) => (of.viewName === 'RCTRawText' ? of.props.text : '') + of.children.map(text).join('');
  const labelled = (label) => all(shown).find(({ props }) => props.accessibilityLabel === label);
  return {
    nativeFabricUIManager,
    nodes: () => all(shown),
    /** What a label's text is. */
    reads: (label) => text(labelled(label) ?? { children: [] }),
    /** What a field has. */
    value: (label) => labelled(label).props.text,
    /** Types into a field. */
    type(label, value) {
      const field = labelled(label);
      handle(field.instance, 'topChange', { target: field.tag, text: value, eventCount: 1 });
    },
    /** Presses a button. */
    press(title) {
      const button = all(shown).findLast((one) => one.props.accessibilityRole === 'button' && text(one) === title);
      const touch = { target: button.tag, identifier: 1, pageX: 0, pageY: 0, locationX: 0, locationY: 0, timestamp: Date.now() };
      for (const [name, touches] of [['topTouchStart', [touch]], ['topTouchEnd', []]]) {
        handle(button.instance, name, { ...touch, touches, changedTouches: [touch] });
      }
    },
    /** The address of a picture. */
    picture: (label) => [labelled(label)?.props.source].flat()[0]?.uri,
  };
}
