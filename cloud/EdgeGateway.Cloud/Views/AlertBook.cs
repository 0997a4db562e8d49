using System.Buffers;
using System.Text;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The alerts that a batch opens, resolves and corrects, written with their audit trail, the record for the topic
/// <c>alerts</c> and the notifications, all in the batch's transaction.
/// </summary>
/// <param name="outbox">Takes the records.</param>
/// <param name="targets">Number of configured notification targets.</param>
public sealed class AlertBook(Outbox.Outbox outbox, int targets)
{
    /// <summary>Data that come this much after the event time that broke the rule are late.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    private readonly List<Step> steps = [];
    private readonly Dictionary<string, Alert> known = [];
    private readonly HashSet<string> stored = [];
    private readonly Dictionary<string, Alert> rows = [];
    private readonly List<AuditRow> audit = [];
    private readonly List<NotificationRow> notifications = [];

    /// <summary>An alert of a probe by its rules.</summary>
    /// <param name="device">The probe.</param>
    /// <param name="change">What the rules found.</param>
    /// <param name="recordAt">When the record that showed it reached Kafka, Unix milliseconds.</param>
    public void Add(DeviceRow device, AlertChange change, long recordAt) => steps.Add(new Step(Of(device, change, recordAt), change.Opened));

    /// <summary>Opens an alert; one of this id that is there already stays as it is.</summary>
    public void Open(Alert alert) => steps.Add(new Step(alert, Opens: true));

    /// <summary>Resolves an alert; what it knows besides replaces what was known.</summary>
    public void Resolve(Alert alert) => steps.Add(new Step(alert, Opens: false));

    /// <summary>
    /// A probe was judged again: its alerts from there on are made what the rules find now. One that they do not find is
    /// withdrawn, that is resolved at the time at which it opened: it was told to people, so it does not vanish.
    /// </summary>
    public void Correct(DeviceRow device, Judgement judgement, long recordAt)
    {
        var found = judgement.WasOpen.ToDictionary(change => change.AlertId(device.Gateway, device.Device), _ => (Alert?)null, StringComparer.Ordinal);
        foreach (var change in judgement.Changes)
        {
            var alert = Of(device, change, recordAt);
            found[alert.Id] = alert;
        }

        var isLate = recordAt - device.LateFrom > LateAfter.TotalMilliseconds;
        steps.Add(new Step(device.Gateway, device.Device, judgement.From, isLate, found));
    }

    public static bool IsLate(DateTimeOffset fulfilledAt, long recordAt) =>
        recordAt - fulfilledAt.ToUnixTimeMilliseconds() > LateAfter.TotalMilliseconds;

    /// <summary>Ids of the alerts that this batch changed, for those who watch.</summary>
    public IReadOnlyCollection<string> ChangedIds { get; private set; } = [];

    public void Save(IStoreTransaction transaction, DateTimeOffset now)
    {
        ChangedIds = [];
        if (steps.Count == 0)
        {
            return;
        }

        Load(transaction);
        foreach (var step in steps)
        {
            if (step.Found is { } found)
            {
                Correct(step, found, now);
            }
            else
            {
                Change(step.Alert!, step.Opens, now);
            }
        }

        transaction.Append(AlertRow.Table, [.. rows.Values.Where(alert => !stored.Contains(alert.Id))]);
        transaction.Update(AlertRow.Table, [.. rows.Values.Where(alert => stored.Contains(alert.Id))]);
        transaction.Append(AuditRow.Table, audit);
        transaction.Append(NotificationRow.Table, notifications);
        ChangedIds = [.. rows.Keys];
        Clear();
    }

    /// <summary>Forgets what was not saved.</summary>
    public void Clear()
    {
        steps.Clear();
        known.Clear();
        stored.Clear();
        rows.Clear();
        audit.Clear();
        notifications.Clear();
    }

    /// <summary>Puts the alert as it stands on the topic <c>alerts</c>.</summary>
    public static void Publish(Outbox.Outbox outbox, Alert alert)
    {
        var value = new ArrayBufferWriter<byte>(512);
        alert.Write(value);
        outbox.Add(
            Topics.Alerts, Encoding.UTF8.GetBytes(alert.Id), value.WrittenSpan,
            (CloudEvent.SpecVersionHeader, "1.0"u8.ToArray()),
            (CloudEvent.TypeHeader, Encoding.UTF8.GetBytes(CloudEvent.AlertType)),
            (CloudEvent.IdHeader, Encoding.UTF8.GetBytes($"{alert.Id}/{alert.State}")),
            (CloudEvent.SourceHeader, "/cloud"u8.ToArray()),
            (CloudEvent.ContentTypeHeader, "application/json"u8.ToArray()));
    }

    private void Load(IStoreTransaction transaction)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (step.Found is null)
            {
                ids.Add(step.Alert!.Id);
                continue;
            }

            ids.UnionWith(step.Found.Keys);
            ids.UnionWith(transaction.Command("SELECT id FROM alerts WHERE gateway = @gateway AND device = @device AND (resolved_at IS NULL OR resolved_at >= @from)")
                .With("gateway", step.Gateway).With("device", step.Device).With("from", step.From).Rows(row => row.GetString(0)));
        }

        transaction.Load(AlertRow.Table, ids, alert =>
        {
            known[alert.Id] = alert;
            stored.Add(alert.Id);
        });
    }

    private void Change(Alert alert, bool opens, DateTimeOffset now)
    {
        var old = known.GetValueOrDefault(alert.Id);
        if (opens ? old is not null && !IsWithdrawn(old) : old?.State == "resolved")
        {
            return;
        }

        if (old is null)
        {
            Put(alert with { DetectedAt = now }, null, opens ? "opened" : "resolved", now);
        }
        else if (opens)
        {
            Put(Reopened(old) with { PeakCelsius = alert.PeakCelsius, MktCelsius = alert.MktCelsius }, old, "reopened", now);
        }
        else
        {
            Put(Resolved(old, alert), old, "resolved", now);
        }
    }

    private void Correct(Step step, Dictionary<string, Alert?> found, DateTimeOffset now)
    {
        var told = known.Values.Where(alert => alert.Gateway == step.Gateway && alert.Device == step.Device && !IsWithdrawn(alert)
            && (alert.ResolvedAt is null || alert.ResolvedAt.Value.ToUnixTimeMilliseconds() >= step.From)).ToList();
        foreach (var alert in told)
        {
            if (!found.ContainsKey(alert.Id))
            {
                Put(alert with { State = "resolved", ResolvedAt = alert.OpenedAt, Late = alert.Late || step.IsLate }, alert, "withdrawn", now);
            }
        }

        foreach (var (id, judged) in found)
        {
            var old = known.GetValueOrDefault(id);
            if (judged is null)
            {
                // Open before and nothing new of it since.
                if (old is { ResolvedAt: not null })
                {
                    Put(Reopened(old), old, "reopened", now);
                }
            }
            else if (old is null)
            {
                var detected = judged with { DetectedAt = now, Late = judged.Late || step.IsLate };
                Put(detected with { State = "open", ResolvedAt = null }, null, "opened", now);
                if (judged.ResolvedAt is not null)
                {
                    Put(detected, known[id], "resolved", now);
                }
            }
            else if ((old.ResolvedAt, old.PeakCelsius, old.MktCelsius) != (judged.ResolvedAt, judged.PeakCelsius, judged.MktCelsius))
            {
                var change = judged.ResolvedAt is null ? old.ResolvedAt is null ? "corrected" : "reopened" : old.ResolvedAt is null ? "resolved" : "corrected";
                Put((judged.ResolvedAt is null ? Reopened(old) : Resolved(old, judged)) with { PeakCelsius = judged.PeakCelsius, MktCelsius = judged.MktCelsius, Late = old.Late || step.IsLate }, old, change, now);
            }
        }
    }

    private void Put(Alert alert, Alert? old, string change, DateTimeOffset now)
    {
        known[alert.Id] = rows[alert.Id] = alert;
        if (outbox.IsQuiet)
        {
            return;
        }

        audit.Add(new AuditRow(alert.Id, now.ToUnixTimeMilliseconds(), AuditRow.System, change, old?.State, alert.State, alert.Rule));
        Publish(outbox, alert);
        if (change != "corrected")
        {
            notifications.AddRange(NotificationRow.For(alert, targets, now, change == "reopened" ? change : null));
        }
    }

    private static Alert Resolved(Alert old, Alert alert) => old with
    {
        State = "resolved",
        ResolvedAt = alert.ResolvedAt,
        PeakCelsius = alert.PeakCelsius ?? old.PeakCelsius,
        MktCelsius = alert.MktCelsius ?? old.MktCelsius,
        Late = old.Late || alert.Late,
    };

    private static Alert Reopened(Alert old) => old with { State = old.AcknowledgedBy is null ? "open" : "acknowledged", ResolvedAt = null };

    /// <summary>Whether later data showed that there was no cause for it.</summary>
    public static bool IsWithdrawn(Alert alert) => alert.ResolvedAt == alert.OpenedAt;

    private static Alert Of(DeviceRow device, AlertChange change, long recordAt) => new()
    {
        Id = change.AlertId(device.Gateway, device.Device),
        Kind = change.Kind,
        Severity = change.Severity,
        State = change.Opened ? "open" : "resolved",
        Gateway = device.Gateway,
        Device = device.Device,
        Site = device.Site,
        Asset = device.Asset,
        Rule = change.Rule,
        OpenedAt = change.OpenedAt,
        DetectedAt = default,
        ResolvedAt = change.ResolvedAt,
        Late = IsLate(change.ResolvedAt ?? change.FulfilledAt, recordAt),
        PeakCelsius = change.PeakCelsius,
        MktCelsius = change.MktCelsius,
    };

    /// <summary>One alert that opens or is resolved; or what the rules find of a probe from a time on, null for what only stays open.</summary>
    private sealed record Step(Alert? Alert, bool Opens)
    {
        public Step(string gateway, string device, long from, bool isLate, Dictionary<string, Alert?> found)
            : this(null, false) => (Gateway, Device, From, IsLate, Found) = (gateway, device, from, isLate, found);

        public string? Gateway { get; }

        public string? Device { get; }

        public long From { get; }

        public bool IsLate { get; }

        public Dictionary<string, Alert?>? Found { get; }
    }
}
