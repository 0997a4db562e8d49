using EdgeGateway.Cloud.Tests.Store;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>Tests that start Kafka and the executable: one after another, and beside those that need neither.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessCollection : ICollectionFixture<Database>
{
    public const string Name = "processes";
}
