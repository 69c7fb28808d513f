/** What an enrolled endpoint keeps in its folder. */
export interface AgentState {
  /** Folder that only its owner can read. Holds the key, the journal and nothing that another program needs. */
  folder: string;
  /** Origin of the server: `https://caisey.example`. */
  server: string;
  /** `end_…` */
  endpoint: string;
  /** Names the endpoint's own object in addresses: `/agent/endpoint/<ref>`. */
  ref: string;
  /** C2SP key name of the endpoint: `<deployment>/<organisation>/<endpoint>`. */
  keyName: string;
  /** Ed25519 seed, 32 bytes. Never leaves the machine. */
  seed: Uint8Array;
  /** How the endpoint, the outgoing MSP and its client are called. */
  name: string;
  organization: string;
  client: string;
}
