namespace EdgeGateway.Cloud.Store;

/// <summary>One entry of an alert's audit trail, which is only ever appended to.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="At">Processing time, Unix milliseconds.</param>
/// <param name="By">The user, or <c>edge-cloud</c>.</param>
/// <param name="Change">
/// <c>opened</c>, <c>acknowledged</c>, <c>resolved</c>; where late readings show that it was otherwise <c>corrected</c>, <c>reopened</c>, <c>withdrawn</c>.
/// </param>
/// <param name="Old">State before; null for a new alert.</param>
/// <param name="New">State after.</param>
/// <param name="Note">Why.</param>
public sealed record AuditRow(string AlertId, long At, string By, string Change, string? Old, string New, string? Note)
{
    /// <summary>Name under which the rules act.</summary>
    public const string System = "edge-cloud";

    public static readonly Table<long, AuditRow> Table = new(
        "audit", ["alert", "at", "by_whom", "change", "old", "new", "note"], 0,
        (_, _) => throw new NotSupportedException("audit entries are only appended"),
        (row, to) =>
        {
            to.Text(row.AlertId);
            to.Integer(row.At);
            to.Text(row.By);
            to.Text(row.Change);
            to.Text(row.Old);
            to.Text(row.New);
            to.Text(row.Note);
        },
        from => new AuditRow(from.Text(), from.Integer(), from.Text(), from.Text(), from.TextOrNull(), from.Text(), from.TextOrNull()));
}
