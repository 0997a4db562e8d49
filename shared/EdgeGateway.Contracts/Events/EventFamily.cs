namespace EdgeGateway.Contracts;

/// <summary>The kinds of numbered event; each has a topic of its own, see <see cref="Topics"/>.</summary>
public enum EventFamily
{
    Temperature = 1,
    Position = 2,
    Tags = 3,
    Inputs = 4,
    Ledger = 5,
}
