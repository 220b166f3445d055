/** Where a file is saved as it comes. */
export type Place = (content: ReadableStream<Uint8Array<ArrayBuffer>>) => Promise<void>;

// https://developer.mozilla.org/en-US/docs/Web/API/Window/showSaveFilePicker
type Picker = (options: {
  suggestedName: string;
  types: { description: string; accept: Record<string, string[]> }[];
}) => Promise<FileSystemFileHandle>;

const picker = () => (globalThis as { showSaveFilePicker?: Picker }).showSaveFilePicker;

/** Whether this browser writes to a file what comes; another one gathers it first. */
export const writesAsItComes = () => picker() !== undefined;

/**
 * Asks where a zip archive is to be saved, where the browser can ask that: within a click. Undefined when nobody wants to save
 * it. What fails leaves no archive.
 */
export async function choosePlace(name: string): Promise<Place | undefined> {
  const pick = picker();
  if (!pick) {
    return (content) => download(name, content);
  }
  try {
    const types = [{ description: 'Zip archive', accept: { 'application/zip': ['.zip'] } }];
    const handle = await pick.call(globalThis, { suggestedName: name, types });
    return async (content) => content.pipeTo(await handle.createWritable());
  } catch (thrown) {
    if ((thrown as Error).name === 'AbortError') {
      return undefined;
    }
    throw thrown;
  }
}

// The browser gathers it, and may put it on its disk; no script holds a copy.
async function download(name: string, content: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const blob = await new Response(content, { headers: { 'content-type': 'application/zip' } }).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // It has been taken by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
