/** Reads the QR code of an invitation where the browser can; the phone's own camera app can everywhere. */
import { Icon } from "../../ui/icon.tsx";
import { useApp } from "../app_context.ts";

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

const detectorClass = () => (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

export const canReadQr = () => detectorClass() !== undefined;

export function ReadQr({ onText, onNone }: { onText: (text: string) => void; onNone: () => void }) {
  const { t } = useApp();
  const read = async (file: File | undefined) => {
    const Known = detectorClass();
    if (!file || !Known) return;
    try {
      const [found] = await new Known({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
      if (found) onText(found.rawValue);
      else onNone();
    } catch {
      onNone();
    }
  };
  return (
    <label class="button button-wide">
      <Icon name="camera" />
      <span>{t("welcome-scan")}</span>
      <input
        type="file"
        accept="image/*"
        capture="environment"
        data-testid="join-scan"
        onChange={(event) => {
          const input = event.currentTarget;
          const file = input.files?.[0];
          input.value = "";
          void read(file);
        }}
      />
    </label>
  );
}
