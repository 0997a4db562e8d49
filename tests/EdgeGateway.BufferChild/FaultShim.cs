using System.Runtime.InteropServices;

namespace EdgeGateway.BufferChild;

/// <summary>Steers the library that was loaded between SQLite and the kernel, see fault_shim.c.</summary>
internal static class FaultShim
{
    public static readonly ArmFunction Arm = Import<ArmFunction>("fault_arm");
    public static readonly CallsFunction Calls = Import<CallsFunction>("fault_calls");

    /// <summary>Lets changes of files fail from the first one given on, as many as count; 0 lets everything pass.</summary>
    public delegate void ArmFunction(long first, long count, int kind);

    /// <summary>Changes of files since arming.</summary>
    public delegate long CallsFunction();

    private static T Import<T>(string name)
        where T : Delegate =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), name));
}
