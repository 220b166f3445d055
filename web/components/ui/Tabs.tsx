'use client';

import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';

type Props<K extends string> = {
  label: string;
  tabs: { key: K; name: string }[];
  shown: K;
  onShow: (key: K) => void;
  children: ReactNode;
};

/** Two or three views of one place; the arrow keys move between their tabs. */
export function Tabs<K extends string>({ label, tabs, shown, onShow, children }: Props<K>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    const at = (tabs.findIndex(({ key }) => key === shown) + step + tabs.length) % tabs.length;
    onShow(tabs[at]!.key);
    list.current?.querySelectorAll('button')[at]?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ key, name }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-selected={key === shown}
            aria-controls={`${id}-panel`}
            tabIndex={key === shown ? 0 : -1}
            onClick={() => onShow(key)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`} className="stack">
        {children}
      </div>
    </>
  );
}
