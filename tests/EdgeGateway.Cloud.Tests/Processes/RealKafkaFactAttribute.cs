namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>A test of what only a real broker does; skipped where KAFKA_HOME names none, because the emulator knows no settings of topics.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealKafkaFactAttribute : FactAttribute
{
    public RealKafkaFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KAFKA_HOME")))
        {
            Skip = "KAFKA_HOME names no Apache Kafka, and the emulator knows no settings of topics";
        }
    }
}
