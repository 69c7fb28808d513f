import type { FolderFile } from "./protocol.ts";

/**
 * Every file below a folder that was dropped.
 * @throws DOMException where the browser keeps them from the page, as some do on pages opened from a disk.
 */
export async function filesIn(folder: FileSystemDirectoryEntry): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const reader = next.createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) break;
      for (const entry of some) if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry);
      const found = some.filter((entry) => entry.isFile) as FileSystemFileEntry[];
      files.push(...(await Promise.all(found.map(fileOf))));
    }
  }
  return files;
}

function fileOf(entry: FileSystemFileEntry): Promise<FolderFile> {
  return new Promise((resolve, reject) => entry.file((file) => resolve({ path: entry.fullPath.replace(/^\//, ""), file }), reject));
}
