import { Page, type PageProps } from "./page.tsx";
import { Moment } from "./time.tsx";

export interface EnrolPageProps {
  user: PageProps["user"] & {};
  group: { group: string; name: string };
  server: string;
  code: string;
  expires: string;
}

/** A fresh enrolment code, shown once, with what to type on the machine. */
export function EnrolPage({ user, group, server, code, expires }: EnrolPageProps) {
  return (
    <Page
      title="Enrol a machine"
      user={user}
      crumbs={[
        { href: "/", text: "Clients" },
        { href: `/groups/${group.group}`, text: group.name },
      ]}
    >
      <h1>Enrol a machine</h1>
      <p>
        Run this on the machine. The code works once, until <Moment at={expires} />, and is not shown again.
      </p>
      <pre class="copy" tabindex={0}>
        npm run agent -- enroll --url {server} --code {code}
      </pre>
      <p>
        <a href={`/groups/${group.group}`}>Back to {group.name}</a>
      </p>
    </Page>
  );
}
