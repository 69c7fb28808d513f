import { keepHeapSmall } from "./node-memory.ts";

// Imported for this before anything else: what is loaded after it would have the heap grow already.
keepHeapSmall();
