import { Page, type PageProps } from "./page.tsx";

/** A page that only says something: what went wrong, or that there is nothing here. */
export function MessagePage({ title, message, user }: { title: string; message: string; user?: PageProps["user"] & {} }) {
  return (
    <Page title={title} {...(user === undefined ? {} : { user })}>
      <h1>{title}</h1>
      <p>{message}</p>
      <p>
        <a href="/">To the clients</a>
      </p>
    </Page>
  );
}
