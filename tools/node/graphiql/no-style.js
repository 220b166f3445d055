// In the place of react-style-singleton, which writes <style> elements: the console's pages take styles of files alone.
// Dialogs keep the page behind them from scrolling by it, which the console does without.
export const styleSingleton = () => () => null;
export const styleHookSingleton = () => () => {};
export const stylesheetSingleton = () => ({ add() {}, remove() {} });
