using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Stretches in which the wall clock kept its distance to the boot clock. An event stores its epoch and its time by
/// the boot clock; dating again everything recorded before the clock was set is then one update of one epoch.
/// </summary>
internal sealed class Epochs
{
    /// <summary>NTP slews both clocks alike, so anything more is a step. Milliseconds.</summary>
    private const long StepMs = 500;

    private readonly Dictionary<int, Epoch> byId = [];
    private readonly Epoch?[] current = new Epoch?[Enum.GetValues<ClockQuality>().Length];
    private readonly string boot;
    private int lastId;

    public Epochs(Database database, string boot)
    {
        this.boot = boot;
        using var select = database.Prepare("SELECT id, boot, offset_ms, clock FROM epoch ORDER BY id");
        while (select.Step())
        {
            Remember(new Epoch((int)select.Int64(0), select.Text(1), select.Int64(2), (ClockQuality)select.Int64(3)));
        }
    }

    public Epoch? Find(int id) => byId.GetValueOrDefault(id);

    /// <summary>The epoch of an event; a new one is written when the clock was stepped since the last event of that quality.</summary>
    public Epoch For(ClockQuality clock, long offsetMs, Database database)
    {
        if (current[(int)clock] is { } epoch && Math.Abs(epoch.OffsetMs - offsetMs) <= StepMs)
        {
            return epoch;
        }

        epoch = new Epoch(lastId + 1, boot, offsetMs, clock);
        using var insert = database.Prepare("INSERT INTO epoch VALUES(?, ?, ?, ?)");
        insert.Bind(1, epoch.Id).Bind(2, boot).Bind(3, offsetMs).Bind(4, (long)clock).Run();
        Remember(epoch);
        return epoch;
    }

    /// <summary>Dates everything of this boot again that was recorded before the clock was set.</summary>
    public static void Date(Database database, string boot, long offsetMs, ClockQuality clock)
    {
        using var update = database.Prepare("UPDATE epoch SET offset_ms = ?, clock = ? WHERE boot = ? AND clock = ?");
        update.Bind(1, offsetMs).Bind(2, (long)clock).Bind(3, boot).Bind(4, (long)ClockQuality.Unsynced).Run();
    }

    private void Remember(Epoch epoch)
    {
        byId[epoch.Id] = epoch;
        lastId = Math.Max(lastId, epoch.Id);
        if (epoch.Boot == boot)
        {
            current[(int)epoch.Clock] = epoch;
        }
    }
}

/// <summary>Wall time = boot time + <paramref name="OffsetMs"/>.</summary>
internal sealed record Epoch(int Id, string Boot, long OffsetMs, ClockQuality Clock);
