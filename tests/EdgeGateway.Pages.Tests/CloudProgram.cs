using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Pages.Tests;

/// <summary>The real cloud on SQLite behind a real Kafka, with an afternoon of a store's data.</summary>
public sealed class CloudProgram : IAsyncLifetime
{
    public const string User = "operator";
    public const string Password = "correct horse battery";
    public const string Gtin = "80614141123458";
    public const string TagHex = "3074257BF7194E4000001A85";

    private readonly TempFolder folder = new();
    private readonly KafkaFixture kafka = new();
    private readonly int port = FreePort.Next();
    private ChildProcess? cloud;
    private CloudFeed? store;

    public Uri Address => new($"http://127.0.0.1:{port}/");

    public ChildProcess Process => cloud!;

    /// <summary>The store's gateway.</summary>
    public CloudFeed Store => store!;

    /// <summary>A browser session that is signed in; null before the first.</summary>
    public string? Session { get; set; }

    public async Task InitializeAsync()
    {
        await kafka.InitializeAsync();
        var config = folder.Write("config.json", $$"""
            {
              "kafka": { "bootstrapServers": "{{kafka.Bootstrap}}", "groupId": "pages-{{port}}" },
              "database": "sqlite:cloud.db",
              "web": { "listen": "http://127.0.0.1:{{port}}" },
              "profiles": {
                "chilled": { "rules": [ { "above": 8.0, "for": "30m" } ], "silentAfter": "15m" },
                "frozen": { "rules": [ { "above": -15.0, "for": "30m" } ], "silentAfter": "15m" }
              },
              "lowStock": { "default": 100, "bySku": { "{{Gtin}}": 0 } },
              "notify": [],
              "users": "users.json"
            }
            """);
        Assert.Null(new UserFile(folder["users.json"]).Set(User, Password));
        store = new CloudFeed(kafka.Bootstrap, "store-dallas-1", "dallas");
        using var fortWorth = new CloudFeed(kafka.Bootstrap, "store-fort-worth-1", "fort-worth");
        FillStore(store, DateTimeOffset.UtcNow);
        FillOther(fortWorth, DateTimeOffset.UtcNow);

        cloud = ChildProcess.Start(Repository.Cloud, ["run", "--config", config]);
        await HttpHealth.Wait(Address, cloud);
    }

    public async Task DisposeAsync()
    {
        cloud?.Dispose();
        store?.Dispose();
        await kafka.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A compressor that fails and comes back, then fails again; a freezer that was too warm; deliveries and sales.</summary>
    private static void FillStore(CloudFeed store, DateTimeOffset now)
    {
        for (var minute = -360; minute <= 0; minute++)
        {
            var at = now.AddMinutes(minute);
            var wobble = Math.Sin(minute / 4.0) * 0.3;
            var coldRoom = 4.6 + Warmth(minute, -290, -225, 5.2) + Warmth(minute, -75, 30, 6.4) + wobble;
            var freezer = -18.4 + Warmth(minute, -200, -110, 6.5) + wobble;
            store.Temperature("cold-room-1", "chilled", at, coldRoom);
            store.Temperature("freezer-2", "frozen", at, freezer);
            if (minute < -40)
            {
                store.Temperature("probe-7", "chilled", at, 4.1 + wobble);
            }
        }

        store.LoseNumbers(311);
        store.Tag("portal-1", now.AddMinutes(-52), TagHex, "dock-1", "receiving", "arrived");
        store.Tag("shelf-reader-4", now.AddMinutes(-31), TagHex, "aisle-4", "shelf", "arrived");
        string[] skus = ["milk-1l", "yoghurt-500g", "butter-250g", "salmon-200g", "spinach-frozen-1kg", "insulin-10ml"];
        for (var i = 0; i < skus.Length; i++)
        {
            store.Movement($"delivery-{i}", skus[i], MovementKind.Received, 180 + (i * 137), now.AddHours(-6).AddMinutes(i), $"ASN-20{i}");
            store.Movement($"order-{i}", skus[i], MovementKind.Shipped, 20 + (i * 31), now.AddMinutes(-45 + (i * 6)), $"order-47{i}");
            store.Movement($"cart-{i}", skus[i], MovementKind.Reserved, 4 + (i * 3), now.AddMinutes(-12 + i), $"cart-9{i}");
        }

        store.Movement("crushed", "milk-1l", MovementKind.Damaged, 85, now.AddMinutes(-20), by: "jo", reason: "pallet crushed at the dock");
        store.Heartbeat(now);
        store.Flush();
    }

    private static void FillOther(CloudFeed other, DateTimeOffset now)
    {
        for (var minute = -120; minute <= -6; minute++)
        {
            other.Temperature("cold-room-1", "chilled", now.AddMinutes(minute), 4.2 + (Math.Sin(minute / 5.0) * 0.4));
        }

        other.Movement("fw-1", "milk-1l", MovementKind.Received, 640, now.AddHours(-4), "ASN-310");
        other.Movement("fw-2", "butter-250g", MovementKind.Received, 212, now.AddHours(-4), "ASN-311");
        other.Heartbeat(now.AddMinutes(-6), buffered: 1840);
        other.Flush();
    }

    /// <summary>Degrees above normal while a compressor is off: up quickly, down slowly.</summary>
    private static double Warmth(int minute, int from, int to, double degrees)
    {
        var share = (minute - from) / (double)(to - from);
        return share is < 0 or > 1 ? 0 : degrees * Math.Min(1, Math.Min(share * 4, (1 - share) * 3));
    }
}
