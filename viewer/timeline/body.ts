import type { SessionEntry } from "../page.ts";
import { answeredHtml, askedHtml } from "./approval.ts";
import { commandHtml, finishedHtml, outputHtml } from "./command.ts";
import { chatHtml, closedHtml, gapHtml, noteHtml } from "./event.ts";
import { contextHtml, joinedHtml, openedHtml } from "./opening.ts";
import type { Scene } from "./scene.ts";

/**
 * What is shown of one entry beside its number and time.
 * @param follows whether it stands right behind what it belongs to, and so needs not name it.
 */
export function bodyHtml({ entry, text }: SessionEntry, scene: Scene, follows: boolean): string {
  switch (entry.kind) {
    case "opened":
      return openedHtml(entry, text);
    case "joined":
      return joinedHtml(entry, text);
    case "context":
      return contextHtml(entry, text, scene);
    case "approval.asked":
      return askedHtml(entry, text, scene);
    case "approval.answered":
      return answeredHtml(entry, text, scene, follows);
    case "command":
      return commandHtml(entry, text, scene);
    case "output":
      return outputHtml(entry, text, scene, follows);
    case "finished":
      return finishedHtml(entry, text, scene, follows);
    case "chat":
      return chatHtml(entry, text, scene);
    case "note":
      return noteHtml(entry, text, scene);
    case "gap":
      return gapHtml(entry, text);
    case "closed":
      return closedHtml(entry, text, scene);
  }
}
