import type { SearchGlobal, SearchPart } from "../../search/files.ts";

/** Loads a file of the index by script tag, the only way on a page from disk. Undefined when it is missing. */
export async function loadPart<Part extends SearchPart>(part: Part): Promise<SearchGlobal[Part] | undefined> {
  await loadScript(`search/${part}.js`);
  const all = (globalThis as { caiseySearch?: SearchGlobal }).caiseySearch;
  const value = all?.[part];
  // Whoever asked for it holds it now.
  delete all?.[part];
  return value;
}

/** Ends also when the script can't be loaded. */
export function loadScript(address: string): Promise<void> {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    const done = () => {
      script.remove();
      resolve();
    };
    script.src = address;
    script.onload = done;
    script.onerror = done;
    document.head.append(script);
  });
}
