import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface AuthorityOptions {
  /** Extensions of the certificate that signs tokens. */
  usage?: string;
  /** How the token names its certificate: RFC 5816's way is with SHA-256. */
  named?: "sha1" | "sha256" | "sha512";
  /** RFC 3339: until when the signing certificate is good. */
  to?: string;
}

/** A time-stamping authority played by OpenSSL, with a root certificate and one that signs. */
export class Authority {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(
    folder: string,
    { usage = "critical,timeStamping", named = "sha256", to = "2040-01-01T00:00:00Z" }: AuthorityOptions = {},
  ): Promise<Authority> {
    await mkdir(folder, { recursive: true });
    const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
    await writeFile(
      join(folder, "openssl.cnf"),
      [
        ...[
          "[req]",
          "distinguished_name = dn",
          "prompt = no",
          "[dn]",
          "CN = Sample Time Root",
          "[root]",
          "basicConstraints = critical,CA:TRUE",
        ],
        ...["keyUsage = critical,keyCertSign", "[signer]", "basicConstraints = critical,CA:FALSE", `extendedKeyUsage = ${usage}`],
        ...["[ca]", "default_ca = sample", "[sample]", "dir = .", "database = index.txt", "serial = serial", "new_certs_dir = ."],
        ...[
          "certificate = root.pem",
          "private_key = root.key",
          "default_md = sha256",
          "policy = any",
          "[any]",
          "commonName = supplied",
        ],
        ...[
          "[tsa]",
          "default_tsa = authority",
          "[authority]",
          "serial = tsa-serial",
          "crypto_device = builtin",
          "signer_cert = signer.pem",
        ],
        ...[
          "certs = root.pem",
          "signer_key = signer.key",
          "signer_digest = sha256",
          "default_policy = 1.2.3.4",
          "digests = sha256, sha512",
        ],
        ...["accuracy = secs:1", `ess_cert_id_alg = ${named}`],
      ].join("\n"),
    );
    await Promise.all([
      writeFile(join(folder, "index.txt"), ""),
      writeFile(join(folder, "serial"), "01"),
      writeFile(join(folder, "tsa-serial"), "01"),
    ]);
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "openssl.cnf"];
    await openssl("req", ...curve, "-keyout", "root.key", "-out", "root.csr");
    await openssl("req", ...curve, "-subj", "/CN=Sample Time Authority", "-keyout", "signer.key", "-out", "signer.csr");
    const asn1 = (time: string) => `${time.replace(/[-:T]/g, "").slice(0, 14)}Z`;
    const issue = (name: string, end: string, ...args: string[]) => {
      const dates = ["-startdate", "20200101000000Z", "-enddate", asn1(end)];
      const how = ["-batch", "-notext", "-config", "openssl.cnf", "-extensions", name, ...dates, ...args];
      return openssl("ca", ...how, "-in", `${name}.csr`, "-out", `${name}.pem`);
    };
    await issue("root", "2045-01-01T00:00:00Z", "-selfsign");
    await issue("signer", to);
    return new Authority(folder);
  }

  /** Certificate of the root, or of the one that signs, as DER. */
  async certificate(which: "root" | "signer" = "root"): Promise<Uint8Array> {
    const { stdout } = await run("openssl", ["x509", "-in", `${which}.pem`, "-outform", "DER"], {
      cwd: this.#folder,
      encoding: "buffer",
    });
    return new Uint8Array(stdout);
  }

  /** A response over these bytes. */
  async stamp(data: Uint8Array, { digest = "sha256", certificates = true } = {}): Promise<Uint8Array> {
    const openssl = (...args: string[]) => run("openssl", args, { cwd: this.#folder });
    await writeFile(join(this.#folder, "data"), data);
    await openssl("ts", "-query", "-data", "data", `-${digest}`, ...(certificates ? ["-cert"] : []), "-out", "query.tsq");
    await openssl(
      "ts",
      "-reply",
      "-config",
      "openssl.cnf",
      "-section",
      "authority",
      "-queryfile",
      "query.tsq",
      "-out",
      "reply.tsr",
    );
    return new Uint8Array(await readFile(join(this.#folder, "reply.tsr")));
  }

  /** The response to a request (TimeStampReq in DER) of somebody else's making. */
  async reply(query: Uint8Array): Promise<Uint8Array> {
    await writeFile(join(this.#folder, "their.tsq"), query);
    const args = [
      "ts",
      "-reply",
      "-config",
      "openssl.cnf",
      "-section",
      "authority",
      "-queryfile",
      "their.tsq",
      "-out",
      "their.tsr",
    ];
    await run("openssl", args, { cwd: this.#folder });
    return new Uint8Array(await readFile(join(this.#folder, "their.tsr")));
  }

  /** A response that says what `response` says, signed by this authority whatever its certificate is for. */
  async repeat(response: Uint8Array): Promise<Uint8Array> {
    const openssl = (...args: string[]) => run("openssl", args, { cwd: this.#folder });
    await writeFile(join(this.#folder, "theirs.tsr"), response);
    await openssl("ts", "-reply", "-in", "theirs.tsr", "-token_out", "-out", "theirs.der");
    await openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "theirs.der", "-out", "content.der");
    const content = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-nodetach", "-binary", "-in", "content.der"];
    const signer = ["-cades", "-md", "sha256", "-signer", "signer.pem", "-inkey", "signer.key"];
    await openssl("cms", "-sign", ...content, ...signer, "-outform", "DER", "-out", "token.der");
    const token = await readFile(join(this.#folder, "token.der"));
    // TimeStampResp: granted, and the token.
    const body = Buffer.concat([Buffer.from("3003020100", "hex"), token]);
    const length = Buffer.from([0x30, 0x82, body.length >> 8, body.length & 0xff]);
    return new Uint8Array(Buffer.concat([length, body]));
  }

  /** Whether OpenSSL takes the response for these bytes, trusting the root. */
  async accepts(response: Uint8Array, data: Uint8Array): Promise<boolean> {
    await writeFile(join(this.#folder, "data"), data);
    await writeFile(join(this.#folder, "checked.tsr"), response);
    const args = ["ts", "-verify", "-data", "data", "-in", "checked.tsr", "-CAfile", "root.pem"];
    return run("openssl", args, { cwd: this.#folder }).then(
      () => true,
      () => false,
    );
  }
}
