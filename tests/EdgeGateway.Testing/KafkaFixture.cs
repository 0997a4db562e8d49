using Xunit;

namespace EdgeGateway.Testing;

/// <summary>
/// The Kafka that tests run against: KAFKA_BOOTSTRAP when set, else one of its own, started by deploy/lib/kafka.sh
/// from KAFKA_HOME or as the emulator inside librdkafka. Use it as an xunit class or collection fixture; tests that
/// take the broker away start one with <see cref="StartOwn"/>.
/// </summary>
public sealed class KafkaFixture : IAsyncLifetime, IAsyncDisposable
{
    private static readonly string Script = Repository.PathOf("deploy/lib/kafka.sh");

    private readonly TempFolder folder = new();
    private ChildProcess? broker;

    /// <summary>Host and port; the same after a restart.</summary>
    public string Bootstrap { get; private set; } = "";

    /// <summary>One line that says which Kafka this is.</summary>
    public string Description { get; private set; } = "";

    /// <summary>True for a distribution's broker that this fixture started: it can be killed and keeps its data.</summary>
    public bool IsRestartable => broker is not null && !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME"));

    /// <summary>Starts a broker that nobody else uses, whatever KAFKA_BOOTSTRAP says.</summary>
    public static async Task<KafkaFixture> StartOwn()
    {
        var kafka = new KafkaFixture();
        await kafka.Start();
        return kafka;
    }

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP") is { Length: > 0 } given)
        {
            Bootstrap = given;
            Description = $"Kafka: the one at KAFKA_BOOTSTRAP ({given})";
        }
        else
        {
            await Start();
        }
    }

    /// <summary>Takes the broker away: a distribution's gets SIGKILL, the emulator, which would forget everything, SIGSTOP.</summary>
    public void BeginOutage()
    {
        if (IsRestartable)
        {
            Own.Kill();
        }
        else
        {
            Own.Suspend();
        }
    }

    /// <summary>Brings it back with all it had and waits until it answers.</summary>
    public async Task EndOutage()
    {
        if (IsRestartable)
        {
            Own.Dispose();
            await Start();
        }
        else
        {
            Own.Resume();
            await Answers();
        }
    }

    /// <summary>SIGSTOP: connections stay open and nothing answers, until <see cref="Resume"/>.</summary>
    public void Suspend() => Own.Suspend();

    public void Resume() => Own.Resume();

    public async ValueTask DisposeAsync() => await DisposeFolder();

    Task IAsyncLifetime.DisposeAsync() => DisposeFolder();

    private ChildProcess Own => broker ?? throw new InvalidOperationException("A Kafka given by KAFKA_BOOTSTRAP is not ours to stop; use KafkaFixture.StartOwn.");

    private async Task Start()
    {
        broker = ChildProcess.Start(Script, ["run", folder["kafka"]]);
        Description = await broker.WaitForLine("Kafka:");
        await Answers();
    }

    private async Task Answers()
    {
        (int exitCode, string output, string errors) = await ChildProcess.Run(Script, ["wait", folder["kafka"]], within: TimeSpan.FromSeconds(70));
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{Description} does not answer: {errors} {string.Join(' ', Own.Errors)}");
        }

        Bootstrap = output.Trim();
    }

    private Task DisposeFolder()
    {
        broker?.Dispose();
        folder.Dispose();
        return Task.CompletedTask;
    }
}
