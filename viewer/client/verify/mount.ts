import { RecordError } from "../../../record/error.ts";
import type { PackageReader } from "../../../record/package-reader.ts";
import { TAG_MANIFEST } from "../../../record/path.ts";
import { type AllowedSigner, parseAllowedSigners } from "../../../record/sshsig.ts";
import type { Report, VerifyOptions } from "../../../record/verify.ts";
import { byteSize } from "../../html/format.ts";
import { openFolder, openZipFile } from "./open.ts";
import { reportNodes } from "./report.ts";

/** How a package is checked; given by the page's script, so that this file knows no more than what is on the page. */
export type Verify = (reader: PackageReader, options: VerifyOptions) => Promise<Report>;

/**
 * Brings the parts of VerifyForm.astro to life: on the page of a package, or on one that stands alone.
 * @throws TypeError when a part is not there.
 */
export function mountVerify(verify: Verify): void {
  const zone = part("verify", HTMLElement);
  const zip = part("verify-zip", HTMLInputElement);
  const folder = part("verify-folder", HTMLInputElement);
  const signers = part("verify-signers", HTMLTextAreaElement);
  const status = part("verify-status", HTMLElement);
  const progress = part("verify-progress", HTMLProgressElement);
  const place = part("verify-report", HTMLElement);
  let turn = 0;

  const run = async (open: () => PackageReader | Promise<PackageReader>): Promise<void> => {
    const mine = ++turn;
    place.hidden = true;
    progress.hidden = false;
    progress.value = 0;
    status.textContent = "Reading\u2026";
    try {
      const trusted = trustedKeys(signers.value);
      const reader = await open();
      if (!reader.files.some(({ path }) => path === TAG_MANIFEST)) {
        throw new RecordError("bag/malformed", `expected a package: there is no ${TAG_MANIFEST} in it`);
      }
      const report = await verify(reader, {
        trusted,
        onProgress: (done, total) => {
          if (mine !== turn) return;
          progress.value = total === 0 ? 1 : done / total;
          status.textContent = `Read ${byteSize(done)} of ${byteSize(total)}`;
        },
      });
      if (mine !== turn) return;
      place.replaceChildren(...reportNodes(report));
      place.hidden = false;
      status.textContent = "Done.";
      place.querySelector<HTMLElement>(".verdict")?.focus();
    } catch (error) {
      if (mine !== turn) return;
      const why = error instanceof RecordError ? `: ${error.message}.` : ".";
      status.textContent = `This can't be read as a package${why}`;
    } finally {
      if (mine === turn) progress.hidden = true;
    }
  };

  zip.addEventListener("change", () => {
    const [file] = zip.files ?? [];
    if (file !== undefined) void run(() => openZipFile(file));
    zip.value = "";
  });
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])];
    if (files.length > 0) void run(() => openFolder(files));
    folder.value = "";
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
    const file = item?.getAsFile();
    if (item?.webkitGetAsEntry()?.isDirectory) {
      status.textContent = "That is a folder. Choose it with the button, so that the browser may read it.";
    } else if (file) void run(() => openZipFile(file));
  });

  part("verify-off", HTMLElement).hidden = true;
  part("verify-on", HTMLElement).hidden = false;
}

/** Undefined when the reader gave none. @throws RecordError `signers/malformed` when there is no key in what they gave. */
function trustedKeys(text: string): AllowedSigner[] | undefined {
  if (text.trim() === "") return undefined;
  const signers = parseAllowedSigners(text);
  if (signers.length === 0)
    throw new RecordError("signers/malformed", "expected a line with an Ed25519 key in the field for the sender's key");
  return signers;
}

function part<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new TypeError(`expected the page to have #${id}`);
  return found;
}
