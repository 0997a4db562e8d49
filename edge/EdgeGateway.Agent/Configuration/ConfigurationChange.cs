using System.Text.Json;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Configuration;

/// <summary>What may change while the agent runs.</summary>
public static class ConfigurationChange
{
    /// <summary>Mistakes of a change: what only a restart can bring about.</summary>
    public static IEnumerable<Mistake> Check(AgentConfiguration before, AgentConfiguration next)
    {
        var fixedKeys = new (string Path, object Before, object Next)[]
        {
            ("$.gateway.id", before.Gateway.Id, next.Gateway.Id),
            ("$.buffer.path", before.Buffer.Path, next.Buffer.Path),
            ("$.buffer.maxBytes", before.Buffer.MaxBytes, next.Buffer.MaxBytes),
            ("$.buffer.reserveBytes", before.Buffer.ReserveBytes, next.Buffer.ReserveBytes),
            ("$.web.listen", before.Web.Listen, next.Web.Listen),
            ("$.clock", before.Clock, next.Clock),
            ("$.tags", before.Tags, next.Tags),
        };
        return fixedKeys.Where(key => !key.Before.Equals(key.Next))
            .Select(key => new Mistake(key.Path, $"takes a restart to change, from {key.Before}: edit the file and restart the service"));
    }

    /// <summary>True when two sections say the same.</summary>
    public static bool Same<T>(T before, T next) => JsonSerializer.Serialize(before) == JsonSerializer.Serialize(next);
}
