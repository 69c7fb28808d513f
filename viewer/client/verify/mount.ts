import { byteSize, span } from "../../html/format.ts";
import { filesIn } from "./drop.ts";
import type { FolderFile, Given, Source } from "./protocol.ts";
import { showReport } from "./report.ts";
import { type Programs, type Run, runVerify } from "./run.ts";

/** Milliseconds after which the time that is left can be told. */
const SURE = 1500;
/** What a person loads into a field, in bytes: keys and certificates are small. */
const FIELD_LIMIT = 1_000_000;

/**
 * Brings the parts of VerifyForm.astro to life: on the page of a package, or on the one that stands alone.
 * @throws TypeError when a part is not there.
 */
export function mountVerify(programs: Programs): void {
  const zone = part("verify", HTMLElement);
  const zip = part("verify-zip", HTMLInputElement);
  const folder = part("verify-folder", HTMLInputElement);
  const status = part("verify-status", HTMLElement);
  const going = part("verify-going", HTMLElement);
  const amount = part("verify-amount", HTMLElement);
  const progress = part("verify-progress", HTMLProgressElement);
  const cancel = part("verify-cancel", HTMLButtonElement);
  const place = part("verify-report", HTMLElement);
  let run: Run | undefined;

  const given = (): Given => ({
    signers: field("signers").value,
    authorities: field("authorities").value,
    disclosure: field("disclosure").value,
  });

  const start = async (source: Source, name: string): Promise<void> => {
    run?.cancel();
    const size = "zip" in source ? source.zip.size : source.folder.reduce((sum, { file }) => sum + file.size, 0);
    const subject = { name, size, at: new Date().toISOString() };
    const begun = performance.now();
    place.hidden = true;
    place.replaceChildren();
    progress.removeAttribute("value");
    amount.textContent = "Looking through it\u2026";
    going.hidden = false;
    status.textContent = `Verifying ${name}.`;
    const mine = runVerify(programs, source, given(), (read, total) => {
      const spent = performance.now() - begun;
      const left = read > 0 && spent > SURE ? `, about ${roughly((spent / read) * (total - read))} left` : "";
      progress.value = total === 0 ? 1 : read / total;
      amount.textContent = `${byteSize(read)} of ${byteSize(total)}${left}`;
    });
    run = mine;
    const outcome = await mine.outcome;
    if (run !== mine) return;
    run = undefined;
    going.hidden = true;
    if ("report" in outcome) {
      status.textContent = `Done, in ${span(performance.now() - begun)}.`;
      await showReport(place, outcome.report, subject);
      return;
    }
    const why = outcome.unreadable === undefined ? "" : `: ${outcome.unreadable}`;
    status.textContent = `This can't be read as a package${why}.`;
  };

  const startFolder = (files: readonly FolderFile[]): void => {
    void start({ folder: files }, files[0]?.path.split("/")[0] ?? "");
  };

  zip.addEventListener("change", () => {
    const [file] = zip.files ?? [];
    if (file !== undefined) void start({ zip: file }, file.name);
    zip.value = "";
  });
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])].map((file) => ({ path: file.webkitRelativePath, file }));
    if (files.length > 0) startFolder(files);
    folder.value = "";
  });
  cancel.addEventListener("click", () => {
    run?.cancel();
    run = undefined;
    going.hidden = true;
    status.textContent = "Stopped. Nothing was found out.";
    zip.focus();
  });

  // A file that is dropped beside the zone would replace the page.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    const [item] = event.dataTransfer?.items ?? [];
    const entry = item?.webkitGetAsEntry();
    const file = item?.getAsFile();
    if (entry?.isDirectory) {
      status.textContent = "Looking through the folder\u2026";
      filesIn(entry as FileSystemDirectoryEntry).then(startFolder, () => {
        status.textContent = "This browser keeps the files of a dropped folder from the page. Choose it with the button instead.";
      });
    } else if (file) void start({ zip: file }, file.name);
  });

  for (const name of ["signers", "authorities", "disclosure"] as const) {
    const load = part(`verify-${name}-file`, HTMLInputElement);
    load.addEventListener("change", async () => {
      const [file] = load.files ?? [];
      load.value = "";
      if (file === undefined) return;
      if (file.size > FIELD_LIMIT) status.textContent = "That file is too large to be what goes here.";
      else field(name).value = await file.text();
    });
  }

  part("verify-off", HTMLElement).hidden = true;
  part("verify-on", HTMLElement).hidden = false;
}

function field(name: keyof Given): HTMLTextAreaElement {
  return part(`verify-${name}`, HTMLTextAreaElement);
}

/** A time that is only estimated, so without digits that pretend more. */
function roughly(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : span(Math.ceil(seconds / 10) * 10_000);
}

function part<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`expected the page to have #${id}`);
  return found;
}
