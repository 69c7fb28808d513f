import { generateKeyPairSync } from "node:crypto";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Signs the session tokens of this run; the Worker gets the public half only. */
const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

/** The Worker in real workerd, with the bindings of wrangler.toml. Test keys: nothing in production is signed with them. */
export default defineConfig({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          CAISEY_NAME: "caisey.test",
          CAISEY_MASTER_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
          CLERK_SECRET_KEY: "sk_test_c2VjcmV0",
          CLERK_PUBLISHABLE_KEY: `pk_test_${btoa("clerk.caisey.test$")}`,
          CLERK_AUTHORIZED_PARTIES: "https://caisey.test",
          CLERK_JWT_KEY: publicKey,
          TEST_TOKEN_KEY: privateKey,
          CLERK_SIGN_IN_URL: "https://clerk.caisey.test/sign-in",
        },
      },
    }),
  ],
  test: {
    name: "worker",
    include: ["test/worker/**/*.test.ts"],
    // Its files would be read from inside workerd, which sees no disk.
    fsModuleCache: false,
    // To start an engine for each file and load the Worker into it took more than half of the time.
    isolate: false,
    setupFiles: ["test/worker/fresh-storage.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // What a file needs is recorded, reviewed and published first.
    hookTimeout: 120_000,
    sequence: { groupOrder: 2 },
  },
});
