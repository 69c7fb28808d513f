import type { Node } from "./syntax.ts";

// What a cmdlet may reach. Most that only read take the name of a file, a computer or a class of things; so what they are given has to be
// known to the letter, or come from a cmdlet whose objects are this machine's own: a path that is put together may begin with two slashes,
// a name that is asked for may carry a file's content to whoever answers, and there are classes whose listing repairs what is installed.

/** Cmdlets that do nothing but to make something of what they are given. */
export const FILTERS: ReadonlySet<string> = new Set([
  ...["where-object", "foreach-object", "select-object", "sort-object", "group-object", "measure-object", "compare-object"],
  ...["format-table", "format-list", "format-wide", "format-custom", "out-string", "out-null", "out-default", "out-host"],
  ...["convertto-json", "convertto-csv", "convertto-html", "convertto-xml", "convertfrom-json", "convertfrom-csv"],
  ...["convertfrom-stringdata", "write-output", "write-host", "get-member", "get-date"],
]);

/** Those that look at this machine alone, whatever they are told to look for. */
const LOCAL: ReadonlySet<string> = new Set([
  ...["get-service", "get-process", "get-hotfix", "get-eventlog", "get-nettcpconnection", "get-netadapter", "get-volume"],
  ...["get-disk", "get-partition", "get-localuser", "get-localgroup", "get-variable", "get-host"],
]);

/** Those whose objects are this machine's own, with nothing in them that somebody else could have written. */
const SOURCES: ReadonlySet<string> = new Set([
  ...["get-childitem", "get-item", "get-process", "get-service", "get-disk", "get-physicaldisk", "get-partition", "get-volume"],
  ...["get-storagepool", "get-virtualdisk", "get-netadapter", "get-netipinterface", "get-netfirewallrule", "get-printer"],
  ...["get-scheduledtask", "get-localuser", "get-localgroup", "get-pnpdevice", "get-vm", "get-smbshare", "get-module"],
  ...["get-command", "get-adgroup", "get-aduser", "get-adcomputer", "get-dhcpserverv4scope", "get-netipaddress"],
]);

/** Those that hand on what they were given. */
const PASSING: ReadonlySet<string> = new Set(["where-object", "sort-object"]);

/** Cmdlets that ask other computers: they stand first, so that nothing is asked that was just read. */
const ASKING: ReadonlySet<string> = new Set(["resolve-dnsname", "test-connection", "test-netconnection"]);

/** Parameters that only some may have: with others they name a computer. */
const ONLY_WITH: Readonly<Record<string, string>> = { server: "resolve-dnsname", source: "get-eventlog" };

/** One command of a pipeline: the full name of its cmdlet, or undefined for a program, and its words. */
export interface PipelineCommand {
  cmdlet: string | undefined;
  words: readonly Node[];
}

/**
 * Why this cmdlet may reach further than this machine, or undefined where it can't.
 * @param before the commands before it in its pipeline, or undefined where something else is among them.
 */
export function reachesFurther(cmdlet: string, words: readonly Node[], before: readonly PipelineCommand[] | undefined) {
  for (const word of words) {
    const only = word.type === "command_parameter" ? ONLY_WITH[word.text.slice(1).replace(/:$/, "").toLowerCase()] : undefined;
    if (only !== undefined && only !== cmdlet) return "a parameter that may name a computer";
  }
  if (FILTERS.has(cmdlet)) return undefined;
  if (!isOwnInput(cmdlet, before)) return "input that is not known";
  const isKnown = (word: Node) => isFixed(word) || (cmdlet === "get-winevent" && isEventFilter(word));
  if (!LOCAL.has(cmdlet) && !words.every(isKnown)) return "a word that is not known to the letter";
  if ((cmdlet === "get-ciminstance" || cmdlet === "get-wmiobject") && !isListedClass(words))
    return "a class that is not on the list";
  return undefined;
}

function isOwnInput(cmdlet: string, before: readonly PipelineCommand[] | undefined): boolean {
  if (before === undefined) return false;
  if (before.length === 0) return true;
  if (ASKING.has(cmdlet)) return false;
  const isText = (name: string | undefined) => name === undefined || name === "get-content" || name === "out-string";
  return before.every(({ cmdlet: name, words }) => {
    // It looks for a pattern in text, wherever that comes from.
    if (cmdlet === "select-string" && isText(name)) return true;
    if (name === undefined) return false;
    if (name === "select-object") return words.every((word) => isFixed(word) && !/^-expand/i.test(word.text));
    return SOURCES.has(name) || PASSING.has(name);
  });
}

const FIXED = new Set([
  ...["array_literal_expression", "unary_expression", "string_literal", "verbatim_string_characters", "integer_literal"],
  ...["decimal_integer_literal", "hexadecimal_integer_literal", "real_literal", "generic_token", "command_parameter", "comment"],
]);

/** Whether a word has one value, or begins with a variable of the system's and is known from there on. */
function isFixed(node: Node): boolean {
  if (!node.isNamed) return node.type === ",";
  if (node.type === "variable") return /^\$(?:env:\w+|true|false|null)$/i.test(node.text);
  if (node.type === "expandable_string_literal") return /^"(?:\$env:\w+)?[^"$]*"$/i.test(node.text);
  return FIXED.has(node.type) && node.children.every((child) => child === null || isFixed(child));
}

/** `@{LogName='System'; StartTime=(Get-Date).AddDays(-1)}`: none of its keys but `Path` names a file. */
function isEventFilter(word: Node): boolean {
  const table = word.text.startsWith("@{") ? entries(word) : [];
  const isKey = (text: string) => /^(?:logname|providername|id|level|starttime|endtime|keywords|userid|data)$/i.test(text);
  return table.length > 0 && table.every((entry) => isKey(entry.children[0]?.text ?? ""));
}

function entries(node: Node): Node[] {
  if (node.type === "hash_entry") return [node];
  return node.children.flatMap((child) => (child === null ? [] : entries(child)));
}

/** Switches of the two cmdlets for classes; whatever else begins with a dash takes the next word. */
const SWITCHES = new Set(["keyonly", "shallow", "list", "recurse", "verbose", "vb"]);

function isListedClass(words: readonly Node[]): boolean {
  const classes: string[] = [];
  let parameter: string | undefined;
  let isValue = false;
  for (const word of words) {
    // The grammar cuts `a,b` in two; the second belongs to what the first belongs to.
    if (isValue && word.text.startsWith(",")) continue;
    if (word.type === "command_parameter") {
      const name = word.text.slice(1).replace(/:$/, "").toLowerCase();
      parameter = SWITCHES.has(name) ? undefined : name;
      isValue = false;
      continue;
    }
    isValue = parameter !== undefined && !/^(?:class|classname|query)$/.test(parameter);
    const text = word.text.replace(/^(["'])(.*)\1$/s, "$2");
    if (parameter === undefined || parameter === "class" || parameter === "classname") classes.push(text);
    if (parameter === "query") classes.push(/^select [\w*, ]+ from (\w+)(?: where [^;]*)?$/i.exec(text)?.[1] ?? "");
    parameter = undefined;
  }
  return classes.length === 1 && classes.every((name) => CLASSES.has(name.toLowerCase().replace(/^win32_/, "")));
}

/**
 * Classes by their names without `Win32_`. Not those that Windows Installer answers for, `Win32_Product` before all: to list them
 * checks every installed program, and repairs it.
 */
const CLASSES: ReadonlySet<string> = new Set([
  ...["operatingsystem", "computersystem", "computersystemproduct", "bios", "baseboard", "systemenclosure", "processor"],
  ...["physicalmemory", "physicalmemoryarray", "logicaldisk", "diskdrive", "diskpartition", "volume", "mountpoint", "cdromdrive"],
  ...[
    "logicaldisktopartition",
    "diskdrivetodiskpartition",
    "shadowcopy",
    "shadowstorage",
    "diskquota",
    "pagefileusage",
    "pagefile",
  ],
  ...["pagefilesetting", "service", "systemdriver", "process", "thread", "startupcommand", "scheduledjob", "networkadapter"],
  ...["networkadapterconfiguration", "networkconnection", "networkloginprofile", "ip4routetable", "mappedlogicaldisk", "share"],
  ...["printer", "printjob", "printerdriver", "tcpipprinterport", "printerconfiguration", "quickfixengineering", "timezone"],
  ...["localtime", "utctime", "useraccount", "group", "groupuser", "userprofile", "logonsession", "loggedonuser", "systemaccount"],
  ...["pnpentity", "pnpsigneddriver", "usbcontroller", "usbhub", "usbcontrollerdevice", "videocontroller", "desktopmonitor"],
  ...["sounddevice", "keyboard", "pointingdevice", "battery", "portablebattery", "temperatureprobe", "fan", "serialport"],
  ...["environment", "registry", "ntlogevent", "nteventlogfile", "reliabilityrecords", "reliabilitystabilitymetrics"],
  ...["desktop", "bootconfiguration", "osrecoveryconfiguration", "ntdomain", "optionalfeature", "serverfeature", "tpm"],
  ...["encryptablevolume", "antivirusproduct", "firewallproduct", "antispywareproduct", "wmimonitorid", "softwarelicensingservice"],
  ...["msacpi_thermalzonetemperature", "msstoragedriver_failurepredictstatus", "msft_physicaldisk", "msft_disk", "msft_volume"],
  ...["perfformatteddata_perfos_processor", "perfformatteddata_perfos_memory", "perfformatteddata_perfos_system"],
  ...["perfformatteddata_perfdisk_logicaldisk", "perfformatteddata_perfdisk_physicaldisk", "perfformatteddata_perfproc_process"],
  ...["perfformatteddata_tcpip_networkinterface"],
]);
