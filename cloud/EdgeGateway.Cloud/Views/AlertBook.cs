using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>
/// The alerts that a batch opens and resolves, written with their audit trail, the record for the topic <c>alerts</c> and
/// the notifications, all in the batch's transaction.
/// </summary>
/// <param name="outbox">Takes the records.</param>
/// <param name="targets">Number of configured notification targets; 0 while views are rebuilt.</param>
public sealed class AlertBook(Outbox.Outbox outbox, int targets)
{
    /// <summary>Data that come this much after the event time that broke the rule are late.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    private readonly List<(Alert Alert, bool Opens)> changes = [];
    private readonly Dictionary<string, Alert> known = [];

    /// <summary>An alert of a probe by its rules.</summary>
    /// <param name="device">The probe.</param>
    /// <param name="change">What the rules found.</param>
    /// <param name="recordAt">When the record that showed it reached Kafka, Unix milliseconds.</param>
    public void Add(DeviceRow device, AlertChange change, long recordAt) => changes.Add((
        new Alert
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
            Late = IsLate(change.FulfilledAt, recordAt),
            PeakCelsius = change.PeakCelsius,
            MktCelsius = change.MktCelsius,
        },
        change.Opened));

    /// <summary>Opens an alert; one of this id that is there already stays as it is.</summary>
    public void Open(Alert alert) => changes.Add((alert, true));

    /// <summary>Resolves an alert; what it knows besides replaces what was known.</summary>
    public void Resolve(Alert alert) => changes.Add((alert, false));

    public static bool IsLate(DateTimeOffset fulfilledAt, long recordAt) =>
        recordAt - fulfilledAt.ToUnixTimeMilliseconds() > LateAfter.TotalMilliseconds;

    public static string FormatIdTime(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Ids of the alerts that this batch changed, for those who watch.</summary>
    public IReadOnlyCollection<string> ChangedIds => known.Keys;

    public void Save(IStoreTransaction transaction, DateTimeOffset now)
    {
        known.Clear();
        if (changes.Count == 0)
        {
            return;
        }

        transaction.Load(AlertRow.Table, changes.Select(change => change.Alert.Id).ToHashSet(), alert => known[alert.Id] = alert);
        var rows = new Dictionary<string, Alert>();
        var audit = new List<AuditRow>();
        var notifications = new List<NotificationRow>();
        foreach (var (alert, opens) in changes)
        {
            var old = known.GetValueOrDefault(alert.Id);
            if (opens ? old is not null : old?.State == "resolved")
            {
                continue;
            }

            var changed = opens || old is null
                ? alert with { DetectedAt = now }
                : old with { State = "resolved", ResolvedAt = alert.ResolvedAt, PeakCelsius = alert.PeakCelsius ?? old.PeakCelsius, MktCelsius = alert.MktCelsius ?? old.MktCelsius };
            known[alert.Id] = rows[alert.Id] = changed;
            audit.Add(new AuditRow(alert.Id, now.ToUnixTimeMilliseconds(), AuditRow.System, opens ? "opened" : "resolved", old?.State, changed.State, alert.Rule));
            Publish(outbox, changed);
            notifications.AddRange(NotificationRow.For(changed, targets, now));
        }

        transaction.Save(AlertRow.Table, rows.Values);
        transaction.Append(AuditRow.Table, audit);
        transaction.Append(NotificationRow.Table, notifications);
        changes.Clear();
    }

    /// <summary>Forgets what was not saved.</summary>
    public void Clear() => changes.Clear();

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
}
