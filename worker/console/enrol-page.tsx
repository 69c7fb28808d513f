import { Copy } from "./copy.tsx";
import { Page, type PageProps } from "./page.tsx";
import { Moment } from "./time.tsx";

export interface EnrolPageProps {
  user: PageProps["user"] & {};
  group: { group: string; name: string };
  server: string;
  code: string;
  expires: string;
}

/** How the agent's program is called on each system, once it was copied there. */
const SYSTEMS = [
  { id: "windows", name: "Windows (PowerShell)", program: ".\\caisey-agent.exe", before: "" },
  { id: "macos", name: "macOS (Terminal)", program: "./caisey-agent", before: "chmod +x ./caisey-agent\n" },
  { id: "linux", name: "Linux", program: "./caisey-agent", before: "chmod +x ./caisey-agent\n" },
] as const;

/** A fresh enrolment code, shown once, with what to type on the machine. */
export function EnrolPage({ user, group, server, code, expires }: EnrolPageProps) {
  const enroll = `enroll --url ${server} --code ${code}`;
  return (
    <Page
      title="Enrol a machine"
      user={user}
      crumbs={[
        { href: "/", text: "Clients" },
        { href: `/groups/${group.group}`, text: group.name },
      ]}
      scripts={["copy"]}
    >
      <h1>Enrol a machine</h1>
      <p>
        Run this on the machine, with the agent's program beside it. The code works once, until <Moment at={expires} />, and is not
        shown again. The person at the machine sees who enrols it, and for whom.
      </p>
      {SYSTEMS.map(({ id, name, program, before }) => (
        <section aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`}>{name}</h2>
          <Copy id={id} text={`${before}${program} ${enroll}\n${program} service install`} what={`the commands for ${name}`} />
        </section>
      ))}
      <section aria-labelledby="source-title">
        <h2 id="source-title">From the source, on any of them</h2>
        <Copy id="source" text={`npm run agent -- ${enroll}`} what="the command from the source" />
      </section>
      <p class="soft">
        <code>service install</code> has the agent start with the person's sign-in. Without it, <code>run</code> starts it by hand.
        The program is made with <code>npm run build:agent -- --all</code>, one file for each system.
      </p>
      <p>
        <a href={`/groups/${group.group}`}>Back to {group.name}</a>
      </p>
    </Page>
  );
}
