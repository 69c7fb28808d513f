import type { Bindings } from "../../worker/env.ts";

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {
      /** PKCS #8 in PEM. */
      TEST_TOKEN_KEY: string;
    }
    interface GlobalProps {
      mainModule: typeof import("../../worker/main.ts");
    }
  }
}
