namespace EdgeGateway.Buffer;

/// <summary>What became of a damaged buffer.</summary>
/// <param name="Events">Events that were read and go on under their old numbers.</param>
/// <param name="Lost">Events that could not be read.</param>
/// <param name="Ranges">Ledger entries that name them.</param>
public sealed record SalvageReport(long Events, long Lost, int Ranges);
