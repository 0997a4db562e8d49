using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>Something to do at a time of the scenario.</summary>
/// <param name="After">Time since the start.</param>
/// <param name="Make">Makes the entry that will be published and journaled, for the time it is really done.</param>
public readonly record struct Step(TimeSpan After, Func<DateTimeOffset, JournalEntry> Make);
