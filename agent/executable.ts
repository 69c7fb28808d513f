// What the single executable begins with. Apart from main.ts because its format knows no await outside of functions.
import { main } from "./command-line.ts";

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
