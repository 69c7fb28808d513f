import { spawn } from "node:child_process";

/** Opens an address in the person's browser where there is one. Fails silently: the address is shown as well. */
export function openBrowser(url: string, environment: NodeJS.ProcessEnv = process.env): void {
  const [program, ...args] = browserCommand(url, process.platform, environment) ?? [];
  if (program === undefined) return;
  const child = spawn(program, args, { stdio: "ignore", detached: true, windowsHide: true });
  child.on("error", () => {});
  child.unref();
}

/** Undefined where no screen is. */
export function browserCommand(url: string, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string[] | undefined {
  if (platform === "win32") return ["rundll32.exe", "url.dll,FileProtocolHandler", url];
  if (platform === "darwin") return ["/usr/bin/open", url];
  return environment.DISPLAY || environment.WAYLAND_DISPLAY ? ["xdg-open", url] : undefined;
}
