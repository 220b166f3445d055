// All that pages are made of, in one place: html`<p>…</p>` and the hooks of Preact, what asks for data, and the parts.

export {
  Component, html, render, useCallback, useEffect, useErrorBoundary, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from './vendor/htm-preact.js';
export { ask, useData, useEvery } from './ask.js';
export { base, go, here, setQuery, to } from './route.js';
export { Dialog, Drawer, toast } from './overlay.js';
export { useTail } from './tail.js';
export { Badge, Code, Copy, CopyLine, Empty, Facts, Failed, Head, humps, Icon, Loading, Moment, Segmented, Table, Tabs } from './parts.js';
