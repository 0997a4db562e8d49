using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>A running client that notes what it hears; stops with its test.</summary>
internal sealed class ClientUnderTest : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    private ClientUnderTest(MqttOptions options, IEnumerable<string> filters, Func<MqttMessage, Task>? handle)
    {
        Client = new MqttClient(options, TimeProvider.System, Log);
        foreach (var filter in filters)
        {
            Client.Subscribe(filter, message =>
            {
                Heard.Enqueue(Encoding.UTF8.GetString(message.Payload.Span));
                return handle is null ? Task.CompletedTask : handle(message);
            });
        }

        running = Client.RunAsync(stop.Token);
    }

    public MqttClient Client { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>Payloads in order of arrival, again when delivered again.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public static MqttOptions Options(int port, string id = "edge-gateway-test", TimeSpan? keepAlive = null) =>
        new() { Host = "127.0.0.1", Port = port, ClientId = id, KeepAlive = keepAlive ?? TimeSpan.FromSeconds(30) };

    /// <summary>Starts a client and waits until it is connected.</summary>
    public static async Task<ClientUnderTest> Connect(MqttOptions options, string filter, Func<MqttMessage, Task>? handle = null)
    {
        var client = Start(options, filter, handle);
        await client.Connected();
        return client;
    }

    public static ClientUnderTest Start(MqttOptions options, string filter, Func<MqttMessage, Task>? handle = null) =>
        new(options, [filter], handle);

    /// <summary>Waits until it is connected and the broker, which works off what it is sent in order, knows its subscriptions.</summary>
    public async Task Connected()
    {
        await Eventually.True(() => Client.Trouble is null, "the client is connected", TimeSpan.FromSeconds(20));
        await Client.PublishAsync("connected", default, retain: false, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    public Task HeardCount(int count, TimeSpan? within = null) =>
        Eventually.True(() => Heard.Count >= count, $"{count} messages are heard, so far {Heard.Count}", within ?? TimeSpan.FromSeconds(20));

    public Task HeardText(string text) =>
        Eventually.True(() => Heard.Contains(text), $"'{text}' is heard, so far {string.Join(' ', Heard.TakeLast(10))}", TimeSpan.FromSeconds(20));

    public async Task Stop()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stop.Dispose();
    }
}
