/** The handoff clause: numbered sections, each with numbered paragraphs. What is in brackets is filled in by whoever uses it. */
export const CLAUSE: readonly { title: string; paragraphs: readonly string[] }[] = [
  {
    title: "What is recorded",
    paragraphs: [
      "The Provider records each remote support session on the Client's systems: the commands that were run, what they put out, the requests for approval and their answers, the messages exchanged, and the state of the machine at that time. Screens, keystrokes of the Client's staff and the content of their files are not recorded, unless a command puts them out.",
      "The program that records runs on the Client's machine. It shows the person there each command that is not known to only read, and lets that person refuse it or end the session at any time. On machines without a person, such as servers, commands run under a standing consent that the Client gives in writing; each record says so where that was the case.",
      "Each record is signed by the Provider and, where the machine could be reached when the session was closed, confirmed by that machine with a key of its own, so that a later change by either party can be noticed. A record without this confirmation says that it is missing.",
    ],
  },
  {
    title: "Whose records these are",
    paragraphs: [
      "Records of the Client's systems belong to the Client. The Provider keeps them on the Client's behalf for [24] months from the day of the session, and uses them only to provide, document and account for its services.",
      "Working methods, scripts and know-how of the Provider that appear in a record remain the Provider's. The Client, and a provider who follows, may use them to run and maintain the Client's systems.",
    ],
  },
  {
    title: "Handover",
    paragraphs: [
      "When this agreement ends, for whatever reason, and once at any other time if the Client asks for it in writing, the Provider hands over the records of the last [12] months within [15] working days to the Client, or to a provider whom the Client names.",
      "The handover is one signed package that can be read without the Provider's systems, searched, and verified with freely available tools. It says how many sessions there were in the period, which of them are included, and why each of the others is not.",
      "The Provider may not withhold the handover because an invoice is disputed. Work beyond [8] hours for review is paid at the rates of this agreement.",
      "The Client sees to it that a provider who receives the records is bound to keep them confidential and, as far as they contain personal data, by a data processing agreement with the Client.",
      "A link by which the package can be fetched remains open for [30] days. The Client confirms receipt within [10] working days, or says what is missing.",
    ],
  },
  {
    title: "What is hidden",
    paragraphs: [
      "Before the handover the Provider reviews each session and hides passwords and other credentials, data of third parties, personal data that the recipient does not need, and what is legally privileged. Each hidden line is marked as such, with the reason; nothing is left out silently.",
      "At the Client's written and reasoned request the Provider reveals a hidden line to the person named in the request, unless a law or a duty towards a third party forbids it. What was hidden can then be proven to be what was recorded.",
      "Credentials of the Client are handed over separately and safely, not in the package, and are changed afterwards.",
    ],
  },
  {
    title: "Personal data",
    paragraphs: [
      "As far as records contain personal data, the Provider processes them on the Client's instructions under the parties' data processing agreement of [date]. The Client informs its staff that remote support sessions are recorded.",
      "If a person has a right to have data erased, the Provider erases the lines concerned at the Client's request. That lines were erased remains visible; what they said does not. A package that was handed over before is not changed by this: the Provider names its recipients to the Client, and sends them a later version if the Client asks for it.",
    ],
  },
  {
    title: "Afterwards",
    paragraphs: [
      "On the last day of service the Provider removes its programs and accounts from the Client's systems and confirms this in writing.",
      "The Provider may keep one copy of the records for [36] months where it needs them to establish, exercise or defend legal claims, and deletes it then. The package shows what was recorded; neither party warrants that what was done or advised in it is right for other systems, or later.",
      "Between the parties a record that passes verification is taken to be what was recorded, until the contrary is shown.",
    ],
  },
];

/** What is to be done when a client leaves, in order. */
export const CHECKLIST: readonly { title: string; steps: readonly string[] }[] = [
  {
    title: "When notice is given",
    steps: [
      "Notice received on [date]; last day of service confirmed in writing.",
      "Who receives the handoff is named by the client in writing: company, person, address, telephone number.",
      "Period agreed: from [date] to [date]. Clause in the agreement: [number]; data processing agreement: [date].",
      "One person leads the handoff, another reviews it: [name], [name].",
      "Sessions that must not be handed over (privileged, other parties) are named by the client or its lawyer.",
    ],
  },
  {
    title: "Prepare",
    steps: [
      "All open sessions of the client are closed, each with its outcome and what is still to do.",
      "Handoff begun in Caisey for this client and period; every session that is left out has its reason.",
      "All sessions scanned for credentials and personal data, with the client's own words to look for.",
      "Each finding decided; each session reviewed line by line by somebody who knows the client.",
      "Notes written: what was done, what recurs, what is still open, what is urgent.",
    ],
  },
  {
    title: "Hand over",
    steps: [
      "Preview looked at as the recipient will see it.",
      "Package published; link, expiry and passcode set. The passcode is told by telephone, not by e-mail.",
      "Fingerprint of our key told to the recipient by telephone or on paper.",
      "Recipient has opened and verified the package and confirmed receipt on [date].",
      "Links that are no longer needed revoked on [date]; the others end on [date].",
      "Conversation between the old and the new technician held on [date]; questions answered.",
    ],
  },
  {
    title: "What is not in the package",
    steps: [
      "Credentials handed over by [way], then changed by the client or the new provider: administrators, services, firewall, Wi-Fi, backup, domain registrar, cloud tenants.",
      "Documentation, licences, keys to rooms, spare parts and warranty papers handed over.",
      "Ownership of tenants, domains, certificates and subscriptions moved to the client.",
      "Backups: the last one checked by restoring from it; its keys handed over.",
    ],
  },
  {
    title: "Last day",
    steps: [
      "Our agents removed from all of the client's machines, and their enrolment ended in Caisey.",
      "Our accounts, VPN access, remote tools, monitoring, API keys and e-mail rules removed.",
      "The client's data deleted from our tools, but for what must be kept; date of its deletion noted: [date].",
      "Client archived in Caisey; the record of the handoff kept: receipt, fingerprint, who opened it.",
      "Written confirmation of all this sent to the client.",
    ],
  },
];
