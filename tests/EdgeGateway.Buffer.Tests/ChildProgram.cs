namespace EdgeGateway.Buffer.Tests;

/// <summary>The program around a buffer that tests start, kill and starve.</summary>
internal static class ChildProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "EdgeGateway.BufferChild.dll");
}
