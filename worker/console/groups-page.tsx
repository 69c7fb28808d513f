import type { GroupView } from "../schema.ts";
import { Page, type PageProps } from "./page.tsx";
import { Day } from "./time.tsx";
import { counted } from "./words.ts";

export interface GroupsPageProps {
  user: PageProps["user"] & {};
  groups: GroupView[];
  /** Whether archived ones are among them. */
  showsArchived: boolean;
  /** What the names have to hold; empty for all. */
  words: string;
  /** Address of the next page of groups. */
  next: string | undefined;
  mayManage: boolean;
}

/** The organisation's client groups. */
export function GroupsPage({ user, groups, showsArchived, words, next, mayManage }: GroupsPageProps) {
  return (
    <Page title="Clients" user={user}>
      <h1>Clients</h1>
      <form method="get" class="inline-form filter" aria-label="Find a client">
        {showsArchived ? <input type="hidden" name="archived" value="yes" /> : null}
        <label>
          Name of a client
          <input type="search" name="q" value={words} maxlength={200} autocomplete="off" />
        </label>
        <button type="submit" class="second">
          Find
        </button>
      </form>
      {words === "" ? null : (
        <p role="status">
          {counted(groups.length, "client")} with “{words}” in the name.{" "}
          <a href={showsArchived ? "/?archived=yes" : "/"}>Show all</a>
        </p>
      )}
      {groups.length === 0 && words !== "" ? null : groups.length === 0 ? (
        <p class="empty">
          There is no client yet.{" "}
          {mayManage ? "Add the first one below; its machines are then enrolled in it." : "An administrator can add one."}
        </p>
      ) : (
        <ul class="cards">
          {groups.map(({ group, name, created, archived }) => (
            <li>
              <a href={`/groups/${group}`}>
                <b>{name}</b>
                <span class="soft">
                  since <Day at={created} />
                  {archived === null ? null : (
                    <>
                      , archived <Day at={archived} />
                    </>
                  )}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {next === undefined ? null : (
        <p>
          <a href={next}>More clients</a>
        </p>
      )}
      <p>{showsArchived ? <a href="/">Hide archived clients</a> : <a href="/?archived=yes">Show archived clients, too</a>}</p>
      {mayManage ? (
        <form method="post" action="/groups" class="inline-form">
          <label>
            Name of the new client
            <input name="name" required maxlength={200} autocomplete="off" />
          </label>
          <button type="submit">Add client</button>
        </form>
      ) : null}
    </Page>
  );
}
