declare namespace Cloudflare {
  interface Env extends import("../../worker/env.ts").Bindings {
    /** PKCS #8 in PEM. */
    TEST_TOKEN_KEY: string;
  }
  interface GlobalProps {
    mainModule: typeof import("../../worker/main.ts");
  }
}
