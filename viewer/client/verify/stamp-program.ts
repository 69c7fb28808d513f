// The program that checks RFC 3161 time stamps, apart from the other one: few packages have any, and it is as large.
import { RecordError } from "../../../record/error.ts";
import { checkTimestamp } from "../../../record/timestamp.ts";
import type { StampAnswer, StampOrder, Task } from "./protocol.ts";

programPort.onmessage = ({ data: task }: MessageEvent<Task>) => {
  if (task.task !== "stamps") return;
  const { port } = task;
  port.onmessage = async ({ data }: MessageEvent<StampOrder>) => {
    let answer: StampAnswer;
    try {
      answer = { stamp: await checkTimestamp(data.token, data.over, data.authorities) };
    } catch (error) {
      answer = { fault: error instanceof RecordError ? error.message : "could not be read" };
    }
    port.postMessage(answer);
  };
};
