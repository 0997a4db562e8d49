using System.Buffers;
using System.Text.Json;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Intake;

/// <summary>
/// What the excursion rules remember of each probe, over restarts: an alarm that is open stays open, and half an hour out
/// of range does not start again. One small file, written when an alarm changes and else once a minute.
/// </summary>
internal sealed partial class RulesMemory
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]> states;
    private long savedAt;
    private bool failing;

    public RulesMemory(string path, TimeProvider time, ILogger log)
    {
        this.path = path;
        this.time = time;
        this.log = log;
        savedAt = time.GetTimestamp();
        states = Load();
    }

    /// <summary>The remembered state of a probe, a new one if there is none.</summary>
    public ExcursionState StateOf(string device)
    {
        lock (gate)
        {
            try
            {
                return states.TryGetValue(device, out var bytes) ? ExcursionState.Read(bytes) : new ExcursionState();
            }
            catch (FormatException e)
            {
                LogUnreadable(log, path, e.Message);
                return new ExcursionState();
            }
        }
    }

    /// <summary>Takes up the states of the running probes and writes all when it is time or when asked to.</summary>
    public void Save(IEnumerable<DeviceIntake> devices, bool now)
    {
        lock (gate)
        {
            if (!now && time.GetElapsedTime(savedAt) < SaveEvery)
            {
                return;
            }

            savedAt = time.GetTimestamp();
            var output = new ArrayBufferWriter<byte>();
            foreach (var probe in devices.OfType<ProbeIntake>())
            {
                output.ResetWrittenCount();
                if (probe.WriteRules(output))
                {
                    states[probe.Id] = output.WrittenSpan.ToArray();
                }
            }

            Write();
        }
    }

    private void Write()
    {
        try
        {
            if (states.Count > 0)
            {
                AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(states));
            }

            failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!failing)
            {
                LogNotWritten(log, path, e.Message);
            }

            failing = true;
        }
    }

    private Dictionary<string, byte[]> Load()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, byte[]>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(log, path, e.Message);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "reading what the rules remember from {Path} failed: {Reason}; they start anew")]
    private static partial void LogUnreadable(ILogger log, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "writing what the rules remember to {Path} failed: {Reason}; tried again every minute, until then a restart forgets open alarms")]
    private static partial void LogNotWritten(ILogger log, string path, string reason);
}
