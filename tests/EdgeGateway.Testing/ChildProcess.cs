using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EdgeGateway.Testing;

/// <summary>
/// A process that a test started, with its output. It leads a process group of its own, which dies with
/// <see cref="Dispose"/> and, should the test host itself be killed, with the test host.
/// </summary>
public sealed partial class ChildProcess : IDisposable, IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    // The kernel's parent-death signal comes when the *thread* that forked ends, so one thread that never ends starts them all.
    private static readonly BlockingCollection<Action> Starter = StartStarter();

    private readonly Process process;
    private readonly string name;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly Lock gate = new();

    private ChildProcess(ProcessStartInfo info, string name)
    {
        this.name = name;
        process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Lines on standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(output);

    /// <summary>Lines on standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(errors);

    /// <summary>Starts a program; <paramref name="user"/> names another user to run it as, which takes root.</summary>
    public static ChildProcess Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null, string? user = null)
    {
        var info = new ProcessStartInfo("setsid")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (string argument in (IEnumerable<string>)["setpriv", .. AsUser(user), "--pdeathsig", "KILL", "--", file, .. arguments])
        {
            info.ArgumentList.Add(argument);
        }

        foreach ((string key, string? value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
        {
            info.Environment[key] = value;
        }

        var child = new ChildProcess(info, Path.GetFileName(file));
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Starter.Add(() =>
        {
            try
            {
                child.process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        started.Task.GetAwaiter().GetResult();
        child.process.StandardInput.Close();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns its exit code and all it said.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it is killed.</exception>
    public static async Task<(int ExitCode, string Output, string Errors)> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? within = null, string? user = null)
    {
        using ChildProcess child = Start(file, arguments, environment, user: user);
        int exitCode = await child.WaitForExit(within);
        return (exitCode, string.Join('\n', child.Output), string.Join('\n', child.Errors));
    }

    /// <summary>Asks it to end: SIGTERM to the process itself.</summary>
    public void Terminate() => Signal(process.Id, SigTerm);

    /// <summary>SIGKILL to it and everything it started.</summary>
    public void Kill()
    {
        Signal(-process.Id, SigKill);

        // In the first milliseconds it does not lead its group yet.
        Signal(process.Id, SigKill);
    }

    /// <summary>SIGSTOP: it neither answers nor closes its connections until <see cref="Resume"/>.</summary>
    public void Suspend() => Signal(-process.Id, SigStop);

    public void Resume() => Signal(-process.Id, SigCont);

    /// <summary>Any other signal to the process itself, for example 1 for SIGHUP.</summary>
    public void Send(int signal) => Signal(process.Id, signal);

    /// <summary>Waits for the end and returns the exit code, 128 + signal when a signal ended it.</summary>
    /// <exception cref="TimeoutException">Still running after the time limit (30 s).</exception>
    public async Task<int> WaitForExit(TimeSpan? within = null)
    {
        TimeSpan limit = within ?? TimeSpan.FromSeconds(30);
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{name} still runs after {limit.TotalSeconds:0.#} s. {Tail()}", e);
        }

        return process.ExitCode;
    }

    /// <summary>Waits for a line, on either stream, that holds the given text, and returns it.</summary>
    /// <exception cref="TimeoutException">No such line in time (20 s), or the process ended without one.</exception>
    public async Task<string> WaitForLine(string part, TimeSpan? within = null)
    {
        bool ended = false;
        try
        {
            string? line = await Eventually.Value(
                () =>
                {
                    bool last = HasExited;
                    string? found = Find(part);
                    ended = found is null && last;
                    return Task.FromResult(ended ? "" : found);
                },
                $"'{part}' from {name}",
                within ?? TimeSpan.FromSeconds(20));
            return ended ? throw new TimeoutException($"{name} ended with {process.ExitCode} before it said '{part}'. {Tail()}") : line;
        }
        catch (TimeoutException e) when (!ended)
        {
            throw new TimeoutException($"{e.Message} {Tail()}", e);
        }
    }

    /// <summary>
    /// Lines of our own programs at level Error or Critical, or of an unhandled exception, which mean that data
    /// were lost or that a person is needed, apart from those that hold one of the texts a test provoked on purpose.
    /// A test of a healthy run asserts that there are none.
    /// </summary>
    public IReadOnlyList<string> UnprovokedErrors(params string[] provoked) =>
        [.. Errors.Where(line => ErrorLine().IsMatch(line) && !provoked.Any(p => line.Contains(p, StringComparison.Ordinal)))];

    public void Dispose()
    {
        Kill();
        process.WaitForExit(TimeSpan.FromSeconds(10));
        process.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static string[] AsUser(string? user) =>
        user is null ? [] : ["--reuid", user, "--regid", user, "--clear-groups"];

    private static BlockingCollection<Action> StartStarter()
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (Action start in queue.GetConsumingEnumerable())
            {
                start();
            }
        })
        { IsBackground = true, Name = "starts child processes" }.Start();
        return queue;
    }

    private void Signal(int target, int signal)
    {
        // A process that is already gone needs no signal.
        if (!process.HasExited || target < 0)
        {
            _ = SendSignal(target, signal);
        }
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (gate)
            {
                lines.Add(line);
            }
        }
    }

    private List<string> Copy(List<string> lines)
    {
        lock (gate)
        {
            return [.. lines];
        }
    }

    private string? Find(string part)
    {
        lock (gate)
        {
            return output.Concat(errors).FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal));
        }
    }

    private string Tail() => "It said last:\n" + string.Join('\n', Output.TakeLast(10).Concat(Errors.TakeLast(20)));

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [GeneratedRegex(@"^<[0-3]>|^\S+ (fail|crit): |^Unhandled exception", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorLine();
}
