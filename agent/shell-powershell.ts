import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { codePageLabel } from "./decode.ts";
import type { ShellDriver, ShellProcess } from "./shell-driver.ts";
import { commandEnvironment } from "./shell-posix.ts";

/**
 * What runs inside PowerShell: takes lines `<nonce> <base64 of a command>` from a pipe of its own, so that commands can have an
 * empty input, runs each in the global scope, and marks its streams. A line without a command only marks. PowerShell's own words are
 * made UTF-8; which code page the console had is told first, as programs write to their error output in that.
 */
const HOST = `
$ErrorActionPreference = 'Continue'
$ProgressPreference = 'SilentlyContinue'
$__caiseyPage = [Console]::OutputEncoding.CodePage
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
$OutputEncoding = New-Object System.Text.UTF8Encoding $false
$__caisey = @{ Pipe = New-Object System.IO.Pipes.NamedPipeClientStream '.', $env:CAISEY_PIPE, 'InOut' }
$__caisey.Pipe.Connect(15000)
$__caisey.Utf8 = New-Object System.Text.UTF8Encoding $false
$__caisey.In = New-Object System.IO.StreamReader $__caisey.Pipe, $__caisey.Utf8
$__caisey.Out = New-Object System.IO.StreamWriter $__caisey.Pipe, $__caisey.Utf8
$__caisey.Out.AutoFlush = $true
$__caisey.Out.Write($env:CAISEY_PIPE_KEY + ' ' + $__caiseyPage + [char]10)
Remove-Item Env:CAISEY_PIPE, Env:CAISEY_PIPE_KEY, Variable:__caiseyPage
while ($null -ne ($__caisey.Line = $__caisey.In.ReadLine())) {
  $__caisey.Nonce, $__caisey.Code = $__caisey.Line.Split(' ')
  $__caisey.Exit = 0
  if ($__caisey.Code) {
    $__caisey.Text = $__caisey.Utf8.GetString([Convert]::FromBase64String($__caisey.Code))
    $global:LASTEXITCODE = 0
    $__caisey.Before = $Error.Count
    try {
      . ([ScriptBlock]::Create($__caisey.Text)) | Out-Default
      if ($global:LASTEXITCODE) { $__caisey.Exit = $global:LASTEXITCODE }
      elseif ($Error.Count -gt $__caisey.Before) { $__caisey.Exit = 1 }
    } catch {
      $__caisey.Exit = 1
      [Console]::Error.WriteLine(($_ | Out-String).TrimEnd())
    }
  }
  $__caisey.Mark = [string][char]30 + $__caisey.Nonce + ':'
  [Console]::Out.Write($__caisey.Mark + [char]0); [Console]::Out.Flush()
  [Console]::Error.Write($__caisey.Mark + [char]0); [Console]::Error.Flush()
  $__caisey.Out.Write($__caisey.Mark + [string]$__caisey.Exit + ':' + (Get-Location).ProviderPath + [char]0)
}
`;

/**
 * Windows PowerShell 5.1 or PowerShell 7. An interrupt can't be sent to one process on Windows, so a cancelled command takes the
 * shell with it.
 */
export function powershellDriver(
  name: "powershell" | "pwsh",
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
): ShellDriver {
  return {
    name,
    start: (directory) => start(file, directory, commandEnvironment(environment)),
    prelude: (nonce) => `${nonce}\n`,
    command: (text, nonce) => `${nonce} ${Buffer.from(text, "utf8").toString("base64")}\n`,
    marks: (nonce) => `${nonce}\n`,
  };
}

function start(file: string, directory: string | undefined, env: NodeJS.ProcessEnv): ShellProcess {
  const windows = process.platform === "win32";
  const key = randomBytes(24).toString("base64url");
  const folder = windows ? undefined : mkdtempSync(join(tmpdir(), "caisey-shell-"));
  const id = `caisey-${randomBytes(16).toString("hex")}`;
  // .NET takes a rooted name as the path of a Unix socket.
  const name = folder === undefined ? id : join(folder, id);
  const status = new PassThrough();
  const queued: string[] = [];
  let pipe: Socket | undefined;
  let encoding: string | undefined;
  const server = createServer((socket) => {
    let greeting = Buffer.alloc(0);
    const onGreeting = (bytes: Buffer) => {
      greeting = Buffer.concat([greeting, bytes]);
      const end = greeting.indexOf("\n");
      if (end < 0 && greeting.length < 100) return;
      socket.off("data", onGreeting);
      // Whoever else found the pipe doesn't know the key.
      const [given, codePage] = greeting.toString("latin1", 0, Math.max(end, 0)).split(" ");
      if (pipe !== undefined || given !== key) {
        socket.destroy();
        return;
      }
      pipe = socket;
      encoding = codePageLabel(Number(codePage));
      server.close();
      status.write(greeting.subarray(end + 1));
      socket.pipe(status);
      for (const lines of queued.splice(0)) socket.write(lines);
    };
    socket.on("error", () => {});
    socket.on("data", onGreeting);
  });
  server.on("error", () => child.kill("SIGKILL"));
  server.listen(windows ? `\\\\.\\pipe\\${name}` : name);
  const child = spawn(
    file,
    ["-NoLogo", "-NoProfile", "-NonInteractive", "-EncodedCommand", Buffer.from(HOST, "utf16le").toString("base64")],
    {
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      windowsHide: true,
      cwd: directory,
      env: { ...env, CAISEY_PIPE: name, CAISEY_PIPE_KEY: key },
    },
  );
  const over = () => {
    server.close();
    pipe?.destroy();
    status.end();
    status.destroy();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  child.once("exit", over);
  child.once("error", over);
  return {
    child,
    stdout: child.stdout,
    stderr: child.stderr,
    status,
    encoding: () => encoding,
    write: (lines) => {
      if (pipe !== undefined) pipe.write(lines);
      else queued.push(lines);
    },
    interrupt: () => false,
    kill() {
      if (child.pid === undefined) return;
      if (windows) {
        spawn("taskkill.exe", ["/PID", String(child.pid), "/T", "/F"], { stdio: "ignore", windowsHide: true }).on("error", () =>
          child.kill("SIGKILL"),
        );
        return;
      }
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    },
  };
}
