using EdgeGateway.Cloud.Store;

namespace EdgeGateway.Cloud.Api;

/// <summary>How far the views are behind a partition.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="NextOffset">Where folding goes on.</param>
/// <param name="HighOffset">End of the log when last seen.</param>
/// <param name="Records">Records that wait.</param>
/// <param name="Seconds">Age of the last record folded while others wait, else 0.</param>
public sealed record Lag(string Topic, long Partition, long NextOffset, long HighOffset, long Records, double Seconds)
{
    public static List<Lag> Read(IStore store, TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        using var connection = store.OpenReader();
        return connection.Command("SELECT topic, part, next_offset, high_offset, record_at FROM consumed ORDER BY topic, part").Rows(row =>
        {
            var (next, high) = (row.GetInt64(2), row.GetInt64(3));
            var behind = Math.Max(0, high - next);
            return new Lag(row.GetString(0), row.GetInt64(1), next, high, behind, behind == 0 ? 0 : Math.Max(0, now - row.GetInt64(4)) / 1000.0);
        });
    }
}
