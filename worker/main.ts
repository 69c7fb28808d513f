import { app } from "./app.ts";

export default { fetch: app.fetch };
export { ClientGroup } from "./objects/client-group.ts";
export { Endpoint } from "./objects/endpoint.ts";
export { Handoff } from "./objects/handoff.ts";
export { Organization } from "./objects/organization.ts";
export { Session } from "./objects/session.ts";
