import type { Page } from '@playwright/test';

type Watched = { shift: number };

/** Adds up how far what people look at jumps while a page of these loads, as Web Vitals count it. */
export async function watchShift(page: Page) {
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) {
          (window as unknown as Watched).shift += entry.value;
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** How far what the page shows has jumped since it was opened. */
export const shiftOf = (page: Page) => page.evaluate(() => (window as unknown as Watched).shift);
