import type { Rule } from "./policy-words.ts";

const HARMLESS: Rule = { harmless: true };
const NOTHING: Rule = { most: 0 };
const NAMES: Rule = { operand: /^[A-Za-z0-9@_.:+-]+$/ };
/** Names of hosts. Not `-`: with that `nslookup` takes orders, and what it is to ask for, from its input. */
const HOST = /^[A-Za-z0-9.:_][A-Za-z0-9.:_-]*$/;
/** What unpacks onto its output. */
const UNPACK: Rule = { flags: "fqv" };

/** Programs that read whatever they are given and have no option that writes, runs another program or changes anything. */
const READERS = [
  ...["cat", "tac", "head", "tail", "wc", "nl", "od", "hexdump", "strings", "fold", "cut", "paste", "join", "comm", "cmp", "tr"],
  ...["md5sum", "sha1sum", "sha256sum", "sha512sum", "b2sum", "cksum", "sum", "base32", "rev", "expand", "unexpand"],
  ...["ls", "stat", "du", "readlink", "realpath", "basename", "dirname", "lsattr", "getfacl", "namei", "pathchk"],
  ...["grep", "egrep", "fgrep"],
  ...["uname", "arch", "nproc", "uptime", "free", "vmstat", "mpstat", "whoami", "id", "groups", "who", "w", "users", "logname"],
  ...["ps", "pgrep", "pidof", "lscpu", "lsmem", "lsusb", "lsmod", "lsipc", "lslocks", "lsns"],
  ...["last", "lastb", "locale", "tty", "true", "false", "seq", "factor", "numfmt", "printenv"],
] as const;
// Less harmless: options of theirs write, run a program, or stay open to interpretation.
const EXCEPTIONS: Record<string, Rule> = {
  zcat: UNPACK,
  xzcat: UNPACK,
  bzcat: UNPACK,
  // -n and -N would write a file.
  pmap: { flags: "xXdqp", operand: /^[0-9]+$/ },
  // -s would load a library by its name.
  getent: { operand: /^[A-Za-z0-9@_.:/+-]+$/ },
  getconf: { flags: "a", operand: /^[A-Za-z0-9_./]+$/ },
  diff: {
    flags: "qsyuNrabBiwEZtTc",
    values: "UCI",
    long: ["--brief", "--unified", "--recursive", "--ignore-all-space", "--color"],
    most: 2,
  },
  sdiff: { flags: "sliabBWE", values: "w", most: 2 },
  diff3: { flags: "aeExX3im", most: 3 },
  // A script: a line break has been an order to it.
  zgrep: { flags: "ivnchlLoEFwx", values: "eABCm", value: { e: /^[^\n]*$/ }, literal: /^[^\n]*$/ },
  column: { flags: "txe", values: "sc" },
  lspci: { flags: "nvktDmq", values: "sd", most: 0 },
  pstree: { flags: "acghlnpsStTuUZ", most: 1, operand: /^[A-Za-z0-9_-]+$/ },
};

const SHOW: Rule = { flags: "", operand: /^[A-Za-z0-9_.:/@%-]+$/ };
const SYSTEMCTL_SHOW: Rule = {
  flags: "alq",
  values: "ptno",
  long: [
    "--all",
    "--full",
    "--no-pager",
    "--failed",
    "--no-legend",
    "--plain",
    "--value",
    "--user",
    "--system",
    "--quiet",
    "--recursive",
  ],
  longValues: ["--type", "--state", "--property", "--lines", "--output"],
  operand: /^[A-Za-z0-9@_.:*\\-]+$/,
};
const IP_SHOW: Rule = { verbOptional: true, verbs: { show: SHOW, list: SHOW, ls: SHOW, get: SHOW } };
const LVM: Rule = { flags: "av", values: "o", long: ["--units"], devices: true };

/** Every program that may run unasked, and with what. Options that are missing here are missing on purpose. */
export const BASH_COMMANDS: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(READERS.map((name) => [name, HARMLESS])),
  ...EXCEPTIONS,
  // Not --sync.
  df: {
    flags: "ahHiklmPT",
    values: "tx",
    long: ["--all", "--human-readable", "--inodes", "--local", "--portability", "--print-type", "--total", "--si", "--output"],
    longValues: ["--type", "--exclude-type", "--block-size"],
    devices: true,
  },
  lsblk: {
    flags: "abdfilmnoOpPrstzDSTJ",
    values: "oIMex",
    long: ["--output-all", "--fs", "--json", "--all"],
    longValues: ["--output"],
    devices: true,
  },
  findmnt: { flags: "AabcDefhilmnoPrRsuvky", values: "tOoT", long: ["--df", "--json"], devices: true },
  swapon: { flags: "s", long: ["--show", "--summary"], most: 0 },
  fdisk: { first: ["-l"], devices: true },
  sort: {
    flags: "bdfgiMhnRrVuzscCm",
    values: "kt",
    long: ["--unique", "--reverse", "--numeric-sort", "--human-numeric-sort", "--version-sort", "--ignore-case", "--stable"],
    longValues: ["--key", "--field-separator"],
  },
  // A second file would be written.
  uniq: { flags: "cdDiuz", values: "fsw", long: ["--count", "--repeated", "--unique", "--ignore-case"], most: 1 },
  find: {
    words: [
      ...["-print", "-print0", "-ls", "-empty", "-readable", "-writable", "-executable", "-nouser", "-nogroup", "-prune", "-depth"],
      ...["-mount", "-xdev", "-daystart", "-not", "-and", "-a", "-or", "-o", "-follow", "-true", "-false", "-L", "-P", "-H"],
    ],
    wordValues: [
      ...["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-type", "-xtype", "-size", "-user", "-group"],
      ...["-uid", "-gid", "-perm", "-links", "-inum", "-mtime", "-atime", "-ctime", "-mmin", "-amin", "-cmin", "-newer", "-anewer"],
      ...["-cnewer", "-newermt", "-maxdepth", "-mindepth", "-fstype", "-samefile", "-lname", "-ilname", "-printf"],
    ],
  },
  file: { flags: "bihkLrsv", long: ["--brief", "--mime", "--mime-type"] },
  which: { flags: "a" },
  whereis: { flags: "bmsu", operand: /^[A-Za-z0-9_.+-]+$/ },
  date: {
    flags: "uR",
    values: "dr",
    long: ["--utc", "--universal", "--iso-8601", "--rfc-3339", "--rfc-email"],
    longValues: ["--date", "--reference"],
    // A number alone would be set, on a Mac.
    value: { d: /[^0-9+-]/ },
    operand: /^\+/,
    most: 1,
  },
  cal: { flags: "13jmy", operand: /^[0-9]+$/ },
  hostname: { flags: "fiIdsaAy", long: ["--fqdn", "--all-ip-addresses", "--short", "--domain"], most: 0 },
  dnsdomainname: NOTHING,
  domainname: NOTHING,
  hostid: NOTHING,
  sleep: { most: 1, operand: /^[0-9]{1,3}$/ },
  // What writes with these is a redirection, and that is looked at apart.
  echo: { harmless: true },
  // `%n` would set a variable.
  printf: { operand: /^(?!-)(?!.*%[-+ #0'*.0-9hlLjztq]*n)/s },
  pwd: { flags: "LP", most: 0 },
  // Not where files are that take away what is read from them: behind it a pattern would match them by any name.
  cd: { flags: "LP", most: 1, operand: /^(?!-)(?!.*(?:^|\/)(?:proc|sys|tracing)(?:\/|$))/ },
  dirs: { flags: "lpv", most: 0 },
  jobs: { flags: "lprs", most: 0 },
  times: NOTHING,
  type: { flags: "aftpP", operand: /^[A-Za-z0-9_.+-]+$/ },
  // `command ls` would run something; only the questions are here.
  command: { first: ["-v", "-V"], operand: /^[A-Za-z0-9_.+-]+$/ },
  umask: { flags: "S", most: 0 },
  ulimit: { flags: "aSHcdefilmnpqrstuvxPT", most: 0 },
  history: { most: 1, operand: /^[0-9]+$/ },
  ":": HARMLESS,
  top: { flags: "bcHS", values: "ndopuUwE", most: 0 },
  lsof: { flags: "niPlatNUvVR", values: "puc", operand: /^[A-Za-z0-9_/.:@-]+$/ },
  fuser: { flags: "vumac", most: 5, operand: /^[A-Za-z0-9_/.-]+$/ },
  iostat: { flags: "cdhkmNtxyz", operand: /^[0-9]+$/, most: 2 },
  sar: { flags: "ABbdFHqrSuvWwy", values: "fnPP", most: 2, operand: /^[0-9]+$/ },
  dmesg: {
    flags: "THxkutdeLrP",
    values: "lf",
    long: ["--ctime", "--human", "--decode", "--kernel", "--userspace", "--nopager", "--reltime"],
    longValues: ["--level", "--facility", "--since", "--until", "--time-format"],
    most: 0,
  },
  journalctl: {
    flags: "bkxerfalq",
    values: "unpoSUgtFc",
    words: ["-0", "-1", "-2", "-3", "-4", "-5"],
    long: [
      ...["--no-pager", "--reverse", "--dmesg", "--catalog", "--utc", "--list-boots", "--disk-usage", "--no-hostname", "--system"],
      ...["--user", "--quiet", "--all", "--full", "--pager-end", "--boot", "--header", "--merge", "--fields", "--follow"],
    ],
    longValues: [
      "--unit",
      "--user-unit",
      "--lines",
      "--since",
      "--until",
      "--priority",
      "--output",
      "--grep",
      "--identifier",
      "--facility",
      "--field",
    ],
    operand: /^(-?[0-9]+|_[A-Z_]+=[A-Za-z0-9@_.:/-]+)$/,
  },
  systemctl: {
    ...SYSTEMCTL_SHOW,
    verbOptional: true,
    verbs: Object.fromEntries(
      [
        ...["status", "show", "cat", "is-active", "is-enabled", "is-failed", "is-system-running", "list-units", "list-unit-files"],
        ...["list-timers", "list-sockets", "list-jobs", "list-dependencies", "list-machines", "get-default", "show-environment"],
      ].map((verb) => [verb, SYSTEMCTL_SHOW]),
    ),
  },
  service: { long: ["--status-all"], most: 0 },
  "systemd-analyze": {
    verbOptional: true,
    long: ["--no-pager"],
    verbs: { time: NOTHING, blame: { long: ["--no-pager"], most: 0 }, "critical-chain": NAMES },
  },
  timedatectl: {
    long: ["--no-pager"],
    verbOptional: true,
    verbs: { status: NOTHING, show: NOTHING, "timesync-status": NOTHING, "list-timezones": NOTHING },
  },
  hostnamectl: { verbOptional: true, verbs: { status: NOTHING } },
  localectl: { verbOptional: true, verbs: { status: NOTHING, "list-locales": NOTHING, "list-keymaps": NOTHING } },
  loginctl: {
    long: ["--no-pager"],
    verbOptional: true,
    verbs: { "list-sessions": NOTHING, "list-users": NOTHING, "session-status": NAMES, "user-status": NAMES },
  },
  networkctl: {
    flags: "a",
    long: ["--no-pager"],
    verbOptional: true,
    verbs: { list: NAMES, status: { ...NAMES, flags: "a" }, lldp: NAMES },
  },
  resolvectl: {
    long: ["--no-pager"],
    verbOptional: true,
    verbs: { status: NAMES, query: NAMES, statistics: NOTHING, dns: NOTHING, domain: NOTHING },
  },
  coredumpctl: { long: ["--no-pager"], verbOptional: true, verbs: { list: NAMES, info: NAMES } },
  chronyc: {
    flags: "n",
    verbs: { tracking: NOTHING, sources: { flags: "v", most: 0 }, sourcestats: { flags: "v", most: 0 }, activity: NOTHING },
  },
  ntpq: { flags: "pn", needs: "p", most: 0 },
  ip: {
    flags: "46sdohjp",
    words: ["-br", "-brief", "-details", "-stats", "-statistics", "-json", "-oneline", "-color", "-c"],
    verbs: Object.fromEntries(
      [
        "addr",
        "address",
        "a",
        "link",
        "l",
        "route",
        "r",
        "neigh",
        "neighbour",
        "n",
        "rule",
        "maddress",
        "tunnel",
        "netns",
        "vrf",
      ].map((object) => [object, IP_SHOW]),
    ),
  },
  // With -a another word would be done to all of them, on a Mac.
  ifconfig: { most: 1, operand: /^[A-Za-z0-9.:-]+$/, or: [{ flags: "as", most: 0 }] },
  iwconfig: { most: 1, operand: /^[A-Za-z0-9.-]+$/ },
  route: { flags: "nev46", most: 0 },
  arp: { flags: "anev", most: 1, operand: /^[A-Za-z0-9.-]+$/ },
  netstat: { flags: "anptulrsievgMWoxwLT46", most: 0 },
  ss: { flags: "tunlpaemiosx46rHwbZOd0", values: "f", operand: /^[A-Za-z0-9.:/=-]+$/ },
  // No flood: a second between two at least, or as it is.
  ping: { flags: "46nq", values: "cwWis", value: { i: /^[1-9][0-9]*$/ }, most: 1, operand: HOST },
  tracepath: { flags: "46nb", values: "ml", most: 1, operand: HOST },
  traceroute: { flags: "46nIT", values: "mqw", most: 1, operand: HOST },
  dig: { flags: "46x", values: "tp", operand: /^[A-Za-z0-9.:@+_][A-Za-z0-9.:@+=_-]*$/ },
  host: { flags: "a46v", values: "t", operand: HOST },
  nslookup: { operand: HOST, least: 1, most: 2 },
  nmcli: {
    flags: "tp",
    values: "f",
    verbOptional: true,
    verbs: {
      general: { verbOptional: true, verbs: { status: NOTHING, hostname: NOTHING } },
      device: { verbOptional: true, verbs: { status: NOTHING, show: NAMES, wifi: { verbs: { list: NOTHING } } } },
      dev: { verbOptional: true, verbs: { status: NOTHING, show: NAMES } },
      connection: { verbOptional: true, verbs: { show: { ...NAMES, operand: /^[A-Za-z0-9 @_.:-]+$/ } } },
      con: { verbOptional: true, verbs: { show: { ...NAMES, operand: /^[A-Za-z0-9 @_.:-]+$/ } } },
    },
  },
  ethtool: { flags: "iSkagm", most: 1, operand: /^[A-Za-z0-9.-]+$/ },
  iptables: { flags: "LSnv", values: "t", long: ["--line-numbers"], operand: /^[A-Za-z0-9_-]+$/, most: 1 },
  ip6tables: { flags: "LSnv", values: "t", long: ["--line-numbers"], operand: /^[A-Za-z0-9_-]+$/, most: 1 },
  nft: { verbs: { list: { operand: /^[A-Za-z0-9_-]+$/ } } },
  ufw: { verbs: { status: { most: 1, operand: /^(verbose|numbered)$/ } } },
  "firewall-cmd": {
    long: [
      "--state",
      "--list-all",
      "--list-all-zones",
      "--get-active-zones",
      "--get-default-zone",
      "--list-ports",
      "--list-services",
    ],
    most: 0,
  },
  dpkg: {
    flags: "lLsSpVC",
    long: ["--list", "--listfiles", "--status", "--search", "--get-selections", "--print-architecture", "--verify", "--audit"],
  },
  "dpkg-query": { flags: "lLsSW", values: "f", long: ["--list", "--show", "--status"], longValues: ["--showformat"] },
  apt: {
    verbs: Object.fromEntries(
      ["list", "show", "search", "policy", "depends", "rdepends"].map((verb) => [
        verb,
        { flags: "a", long: ["--installed", "--upgradable", "--all-versions"], operand: /^[A-Za-z0-9+.:*-]+$/ },
      ]),
    ),
  },
  "apt-cache": {
    verbs: Object.fromEntries(
      ["policy", "show", "search", "madison", "depends", "rdepends", "pkgnames", "stats"].map((verb) => [verb, NAMES]),
    ),
  },
  "apt-mark": { verbs: { showhold: NAMES, showmanual: NAMES, showauto: NAMES } },
  rpm: {
    first: ["-q", "-qa", "-qi", "-qai", "-qia", "-ql", "-qc", "-qd", "-qR"],
    long: ["--last", "--changelog", "--requires", "--provides"],
    operand: /^[A-Za-z0-9+._-]+$/,
  },
  pacman: { words: ["-Q", "-Qi", "-Ql", "-Qs", "-Qo", "-Qe", "-Qm", "-Qn", "-Qk", "-Qu", "-Qdt"], operand: /^[A-Za-z0-9+._/-]+$/ },
  snap: { verbs: { list: NAMES, info: NAMES, services: NAMES, version: NOTHING, changes: NOTHING } },
  flatpak: { verbs: { list: NOTHING, info: NAMES } },
  docker: {
    verbs: {
      ps: { flags: "aqs", long: ["--all", "--no-trunc"], most: 0 },
      images: { flags: "aq", most: 1 },
      version: NOTHING,
      info: NOTHING,
      inspect: NAMES,
      logs: {
        flags: "ft",
        values: "n",
        long: ["--timestamps"],
        longValues: ["--tail", "--since", "--until"],
        most: 1,
        operand: /^[A-Za-z0-9_.-]+$/,
      },
      top: NAMES,
      port: NAMES,
    },
  },
  crontab: { first: ["-l"], most: 0 },
  atq: NOTHING,
  mount: { flags: "l", most: 0 },
  blkid: { most: 3, operand: /^\/dev\/[a-z0-9/]+$/, devices: true },
  // `-l scterc,70,70` and the like would set something.
  smartctl: { flags: "aiHxAc", values: "ld", value: { l: /^[a-z0-9]+$/ }, most: 1, devices: true, operand: /^\/dev\/[a-z0-9]+$/ },
  lvs: LVM,
  vgs: LVM,
  pvs: LVM,
  mdadm: { first: ["-D", "--detail"], devices: true, operand: /^\/dev\/md[a-z0-9/]+$/, most: 1 },
  zpool: { verbs: { status: { flags: "vx", operand: /^[A-Za-z0-9_-]+$/ }, list: { flags: "v", operand: /^[A-Za-z0-9_-]+$/ } } },
  zfs: { verbs: { list: { flags: "rH", values: "to", operand: /^[A-Za-z0-9_/-]+$/ } } },
  dmidecode: { values: "ts", flags: "q", most: 0 },
  lshw: { words: ["-short", "-businfo"], wordValues: ["-C", "-class"], most: 0 },
  sensors: { flags: "uj", most: 0 },
  getenforce: NOTHING,
  sestatus: { flags: "v", most: 0 },
  "aa-status": NOTHING,
  lpstat: { flags: "adrstvpoWeu", operand: /^[A-Za-z0-9_.-]+$/ },
  lpq: { flags: "al", values: "P", most: 0 },
  sw_vers: { words: ["-productName", "-productVersion", "-buildVersion"], most: 0 },
  system_profiler: { words: ["-json", "-xml", "-listDataTypes"], wordValues: ["-detailLevel"], operand: /^SP[A-Za-z]+DataType$/ },
  vm_stat: NOTHING,
  scutil: { first: ["--dns", "--proxy", "--nwi"], most: 0 },
  networksetup: {
    words: ["-listallnetworkservices", "-listallhardwareports", "-listnetworkserviceorder"],
    wordValues: ["-getinfo", "-getdnsservers"],
    most: 0,
  },
  diskutil: { verbs: { list: { devices: true, most: 1 }, info: { devices: true, most: 1 } } },
  pkgutil: { long: ["--pkgs"], most: 0 },
  openssl: {
    verbs: {
      version: { flags: "a", most: 0 },
      x509: {
        words: ["-noout", "-text", "-dates", "-subject", "-issuer", "-fingerprint", "-enddate", "-startdate", "-serial"],
        wordValues: ["-in"],
        most: 0,
      },
    },
  },
};
