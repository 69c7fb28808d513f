/** One of these must match all words, joined by one space, from the first to the last and without regard to case. */
export type ProgramForms = readonly RegExp[];

const only = (...forms: RegExp[]): ProgramForms => forms;
const NOTHING = /^$/;
const NAME = "[A-Za-z0-9_.$][A-Za-z0-9_.$-]*";
/** Not `-`: with that `nslookup` takes orders, and what it is to ask for, from its input. */
const HOST = "[A-Za-z0-9.:_][A-Za-z0-9.:_-]*";
const FORMAT = "(?: [/-](?:fo (?:table|list|csv)|nh|v))*";

/** Windows programs by their name without `.exe`. A computer name (`/s`, `\\server`) is never among the words: this is about this machine. */
export const WINDOWS_PROGRAMS: Readonly<Record<string, ProgramForms>> = {
  arp: only(/^[/-][ag](?: [0-9.]+)?$/),
  bcdedit: only(NOTHING, /^\/enum(?: (?:active|all|firmware|bootapp|osloader|\{[a-z]+\}))?(?: \/v)?$/),
  certutil: only(/^-store (?:my|root|ca|trustedpublisher)$/, /^-hashfile (?!.* [-/])[^/-][^*?"]* (?:md5|sha1|sha256|sha512)$/),
  chkdsk: only(NOTHING, /^[a-z]:$/),
  dism: only(
    /^(?:\/english )?\/online(?: \/english)? \/get-(?:packages|features|drivers|capabilities|intl)(?: \/format:(?:table|list))?$/,
    /^(?:\/english )?\/online \/cleanup-image \/(?:checkhealth|scanhealth|analyzecomponentstore)$/,
  ),
  driverquery: only(new RegExp(`^${FORMAT.replace("(?: ", "(?: ?")}$`), /^\/(?:si|v)$/),
  dsregcmd: only(/^\/status$/),
  findstr: only(/^(?:\/[birsvxnmlepc]+ )*[^/@*?][^@*?]*$/, /^(?:\/[birsvxnml]+ )*\/c:[^@*?]+$/),
  fsutil: only(
    /^fsinfo (?:drives|(?:ntfsinfo|volumeinfo|sectorinfo|statistics|drivetype) [a-z]:\\?)$/,
    /^dirty query [a-z]:$/,
    /^volume diskfree [a-z]:$/,
    /^behavior query [a-z0-9]+$/,
  ),
  getmac: only(new RegExp(`^(?:/v)?${FORMAT}$`), /^\/v \/fo (?:table|list|csv)$/),
  gpresult: only(/^\/[rvz](?: \/scope (?:user|computer))?$/),
  hostname: only(NOTHING),
  ipconfig: only(NOTHING, /^[/-](?:all|displaydns|allcompartments)$/),
  klist: only(NOTHING, /^(?:tickets|tgt|sessions)$/),
  "manage-bde": only(/^-status(?: [a-z]:)?$/),
  // Compared without regard to case: so not -r, as -R would empty the cache.
  nbtstat: only(/^-[ncs]$/, new RegExp(`^-[aA] ${HOST}$`)),
  net: only(
    /^(?:user|localgroup|share|session|file|use|start|accounts|view)$/,
    new RegExp(`^user ${NAME}(?: /domain)?$`),
    /^(?:localgroup|group) "?(?!.* -)[A-Za-z0-9_. -]+"?$/,
    /^(?:statistics|stats|config) (?:workstation|server)$/,
  ),
  netsh: only(
    /^(?:interface|int) (?:ip|ipv4|ipv6|tcp|portproxy) show [a-z0-9]+(?: [a-z0-9 =-]+)?$/,
    /^(?:interface|int) show interface$/,
    /^wlan show (?:interfaces|drivers|networks|profiles|settings)$/,
    /^(?:advfirewall|firewall) show (?:allprofiles|currentprofile|domainprofile|privateprofile|publicprofile|global|store|state)(?: state)?$/,
    /^advfirewall firewall show rule name=[A-Za-z0-9 _()-]+$/,
    /^winhttp show proxy$/,
    /^winsock show catalog$/,
    /^http show (?:servicestate|urlacl|sslcert|iplisten)$/,
    /^dnsclient show (?:state|encryption)$/,
  ),
  netstat: only(NOTHING, /^-[abefnoqrst]+$/, /^-[abefnoqrst]+ -p (?:tcp|udp|tcpv6|udpv6)$/, /^(?:-[abefnoqrst] ?)+$/),
  nltest: only(/^\/(?:dsgetdc|dclist|sc_query|dnsgetdc):[A-Za-z0-9.-]*$/, /^\/domain_trusts$/, /^\/dsgetsite$/),
  nslookup: only(new RegExp(`^(?:-(?:type|query|q)=[a-z]+ )?${HOST}(?: ${HOST})?$`)),
  pathping: only(new RegExp(`^(?:-n )?(?:-q [0-9]+ )?${HOST}$`)),
  ping: only(new RegExp(`^(?:-(?:[46a]|[nlw] [0-9]+) )*${HOST}(?: -(?:[46a]|[nlw] [0-9]+))*$`)),
  powercfg: only(/^[/-](?:list|l|getactivescheme|a|availablesleepstates|requests|lastwake|waketimers|query|q)$/),
  qprocess: only(NOTHING),
  query: only(/^(?:user|session|process)$/),
  quser: only(NOTHING),
  qwinsta: only(NOTHING),
  reg: only(/^query [A-Za-z][^@%]*$/),
  route: only(/^print(?: -[46])?$/),
  sc: only(
    new RegExp(`^(?:query|queryex)(?: ${NAME})?$`),
    /^(?:query|queryex) (?:type= ?(?:service|driver|all) ?)?(?:state= ?(?:all|inactive|active))?$/,
    new RegExp(
      `^(?:qc|qdescription|qfailure|qfailureflag|qsidtype|qprivs|qtriggerinfo|sdshow|getdisplayname|getkeyname|enumdepend) ${NAME}$`,
    ),
  ),
  schtasks: only(/^\/query(?: \/(?:v|nh|xml|fo (?:table|list|csv)|tn [A-Za-z0-9_\\ ."-]+))*$/),
  sfc: only(/^\/verifyonly$/),
  systeminfo: only(NOTHING, /^\/fo (?:table|list|csv)(?: \/nh)?$/),
  tasklist: only(
    NOTHING,
    /^(?:\/(?:v|svc|nh|m|apps|fo (?:table|list|csv)|fi [a-z]+ (?:eq|ne|gt|lt|ge|le) [A-Za-z0-9_.:* -]+) ?)+$/,
  ),
  tracert: only(new RegExp(`^(?:-(?:[46d]|[hw] [0-9]+) )*${HOST}$`)),
  tree: only(NOTHING, /^[a-z]:[^/]*(?: \/[fa])*$/),
  tzutil: only(/^\/[gl]$/),
  ver: only(NOTHING),
  verifier: only(/^\/query(?:settings)?$/),
  vssadmin: only(/^list (?:shadows|writers|providers|volumes|shadowstorage)$/),
  w32tm: only(/^\/query \/(?:status|source|peers|configuration)(?: \/verbose)?$/, /^\/tz$/),
  wevtutil: only(
    /^(?:el|enum-logs|ep|enum-publishers)$/,
    /^(?:gl|get-log|gli|get-log-info|gp|get-publisher) (?!.* [-/])[A-Za-z0-9_/ -]+$/,
    // Another option may hide in a value that has a slash: so none has.
    /^(?:qe|query-events) \w+(?:[/ -]\w+)*(?: \/(?:(?:c|count|rd|reversedirection|f|format|e|element|l|locale):[\w-]+|(?:q|query):[^/]+))*$/,
  ),
  where: only(/^[A-Za-z0-9_.*-]+$/),
  whoami: only(NOTHING, /^(?:\/(?:all|user|groups|priv|upn|fqdn|logonid|claims|nh|fo (?:table|list|csv)) ?)+$/),
};
