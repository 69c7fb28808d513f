import { RecordReader } from "./records.ts";
import { FIELDS } from "./run.ts";

/** Postings of one field of one word in one run; 0 documents where the word is not there. */
export interface RunField {
  documents: number;
  first: number;
  times: number;
  last: number;
  /** Where the others are, in the record. */
  from: number;
  to: number;
}

/** A run, word by word, as run.ts wrote it. All that is said of a word is good until the next one is read. */
export class RunReader extends RecordReader {
  /** Where the word is in the record. */
  wordFrom = 0;
  wordTo = 0;
  readonly fields: readonly RunField[] = FIELDS.map(() => ({ documents: 0, first: 0, times: 0, last: 0, from: 0, to: 0 }));

  override step(): boolean {
    if (!super.step()) return false;
    const { digits, fields } = this;
    const length = digits.number();
    this.wordFrom = digits.at;
    this.wordTo = digits.at += length;
    const mask = digits.number();
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as RunField;
      if ((mask & (1 << i)) === 0) {
        field.documents = 0;
        continue;
      }
      field.documents = digits.number();
      field.first = field.last = digits.number();
      field.times = digits.number();
      field.from = field.to = digits.at;
      if (field.documents === 1) continue;
      field.last += digits.number();
      const rest = digits.number();
      field.from = digits.at;
      field.to = digits.at += rest;
    }
    return true;
  }
}
