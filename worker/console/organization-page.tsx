import { parseVerifierKey } from "../../record/key.ts";
import { RECEIPT_NAMESPACE } from "../../record/receipt.ts";
import { encodeAllowedSigner, SSHSIG_NAMESPACE, sshFingerprint } from "../../record/sshsig.ts";
import type { OrganizationView, SigningKeyView } from "../schema.ts";
import { Copy } from "./copy.tsx";
import { Page, type PageProps } from "./page.tsx";
import { Moment } from "./time.tsx";

export interface OrganizationPageProps {
  user: PageProps["user"] & {};
  organization: OrganizationView;
  /** The oldest first. */
  keys: readonly SigningKeyView[];
  /** Address of the keys of all who sign here. */
  published: string;
  maySet: boolean;
}

/** The organisation's name and keys. */
export function OrganizationPage({ user, organization, keys, published, maySet }: OrganizationPageProps) {
  return (
    <Page title={organization.name} user={user} scripts={["copy"]}>
      <h1>{organization.name}</h1>
      <p class="soft">
        This name stands in the record of each session, from the moment it is opened. Id: <code>{organization.organization}</code>
      </p>
      {maySet ? (
        <form method="post" action="/organization/name" class="inline-form">
          <label>
            Name of the organisation
            <input name="name" required maxlength={200} value={organization.name} autocomplete="organization" />
          </label>
          <button type="submit" class="second">
            Rename
          </button>
        </form>
      ) : null}
      <section aria-labelledby="keys">
        <h2 id="keys">Signing key</h2>
        {organization.key === null ? (
          <p class="empty">A key is made with the first client.</p>
        ) : (
          <Keys current={organization.key} keys={keys} published={published} maySet={maySet} />
        )}
      </section>
    </Page>
  );
}

function Keys({ current, keys, published, maySet }: Omit<OrganizationPageProps, "user" | "organization"> & { current: string }) {
  const { name, publicKey } = parseVerifierKey(current);
  return (
    <>
      <p>
        Sessions and packages are signed with this key. Tell recipients its fingerprint by another way than the package, on the
        telephone or on paper: then they know whose signature it is.
      </p>
      <dl>
        <dt>Name of the key</dt>
        <dd class="mono">{name}</dd>
        <dt>Fingerprint</dt>
        <dd class="mono">{sshFingerprint(publicKey)}</dd>
        <dt>Signs since</dt>
        <dd>{keys.map(({ key, created }) => (key === current ? <Moment at={created} /> : null))}</dd>
      </dl>
      <h3 id="signers-title">For those who verify: allowed_signers</h3>
      <p>
        For <code>ssh-keygen -Y verify</code> and <code>npm run verify -- --signers</code>. Put it on your own website, too. All who
        sign on this server are at <a href={published}>{published}</a>.
      </p>
      <Copy id="signers" text={signersFile(keys)} what="the allowed_signers file" />
      {keys.length < 2 ? null : (
        <>
          <h3>Earlier keys</h3>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Signed from</th>
                <th scope="col">Fingerprint</th>
              </tr>
            </thead>
            <tbody>
              {keys.slice(0, -1).map(({ key, created }) => (
                <tr>
                  <td>
                    <Moment at={created} />
                  </td>
                  <td class="mono">{sshFingerprint(parseVerifierKey(key).publicKey)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="soft">What they signed stays valid. Each named the next one in a signed statement, which packages carry.</p>
        </>
      )}
      {maySet ? (
        <details class="act">
          <summary>Change the key</summary>
          <form method="post" action="/organization/key">
            <p>
              Do this when the server's secrets may have become known to others, or as often as your rules ask for it. What was
              signed stays valid, and packages from then on carry a statement by which the old key names the new one. Recipients who
              compare fingerprints need the new one.
            </p>
            <label class="check">
              <input type="checkbox" name="sure" value="yes" required /> Change the key now
            </label>
            <button type="submit" class="danger">
              Change the key
            </button>
          </form>
        </details>
      ) : null}
    </>
  );
}

/** The organisation's own lines of the published file: all its keys, since old packages are verified, too. */
export function signersFile(keys: readonly SigningKeyView[]): string {
  return keys
    .flatMap(({ key, created }, index) => {
      const { name, publicKey } = parseVerifierKey(key);
      const until = keys[index + 1]?.created;
      return [
        until === undefined ? `# signs since ${created}` : `# signed from ${created} until ${until}`,
        encodeAllowedSigner({ principal: name, publicKey }, [SSHSIG_NAMESPACE, RECEIPT_NAMESPACE]).trimEnd(),
      ];
    })
    .join("\n");
}
