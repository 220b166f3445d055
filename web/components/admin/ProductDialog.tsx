'use client';

import { type FormEvent, useState } from 'react';
import { creating, updating } from '@/lib/catalogue';
import { currencies, decimal, formatPrice, minorDigits, parsePrice } from '@/lib/price';
import { getProduct, type Product } from '@/lib/products';
import { newUpload, type Upload } from '@/lib/uploads';
import { useSteps } from '@/lib/useSteps';
import { Dialog } from '../ui/Dialog';
import { FaultNotice } from '../ui/FaultNotice';
import { Notice } from '../ui/Notice';
import { PicturePicker } from '../ui/PicturePicker';
import { Progress } from '../ui/Progress';
import { TextArea } from '../ui/TextArea';
import { TextField } from '../ui/TextField';

type Props = { product: Product | undefined; sub: string; put: (product: Product) => void; onClose: () => void };

/** Writes a product, new or not. When somebody else changed it first, what they wrote is shown beside what was typed. */
export function ProductDialog({ product, sub, put, onClose }: Props) {
  // The version that is written over; the newest one after a conflict.
  const [base, setBase] = useState(product);
  const [name, setName] = useState(product?.name ?? '');
  const [description, setDescription] = useState(product?.description ?? '');
  const [currency, setCurrency] = useState(product?.currency ?? 'EUR');
  const [price, setPrice] = useState(product ? decimal(product.price, minorDigits(product.currency)) : '');
  const [picture, setPicture] = useState<Upload>();
  const [opening, setOpening] = useState(false);
  const [share, setShare] = useState<number>();
  const [tried, setTried] = useState(false);
  const [overtaken, setOvertaken] = useState(false);
  const steps = useSteps();

  const minor = parsePrice(price, currency);
  const wrongName = name.trim() ? undefined : 'A product needs a name.';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (typeof minor === 'string' || wrongName || opening) {
      return;
    }
    const details = { name: name.trim(), description: description.trim() || null, price: minor, currency };
    const hear = { product: put, progress: setShare };
    const made = base ? updating(base, details, picture, hear) : creating(details, picture, hear);
    if (await steps.run(made)) {
      onClose();
      return;
    }
    setShare(undefined);
    if (base) {
      const newest = await getProduct(base.id, 'user').catch(() => null);
      if (newest && newest.version !== base.version) {
        setBase(newest);
        setOvertaken(true);
        put(newest);
      }
    }
  };
  const offered = currencies.includes(currency) ? currencies : [currency, ...currencies];
  return (
    <Dialog title={product ? `Edit ${product.name}` : 'New product'} onClose={onClose} busy={steps.busy}>
      <form onSubmit={submit} noValidate>
        <div className="dialog-body fields">
          <TextField
            label="Name"
            value={name}
            maxLength={200}
            required
            data-first
            wrong={tried ? wrongName : undefined}
            onChange={(event) => setName(event.target.value)}
          />
          <div className="fields-row">
            <TextField
              label="Price"
              value={price}
              inputMode="decimal"
              required
              wrong={tried && typeof minor === 'string' ? minor : undefined}
              onChange={(event) => setPrice(event.target.value)}
            />
            <div className="field">
              <label htmlFor="currency">Currency</label>
              <select id="currency" value={currency} onChange={(event) => setCurrency(event.target.value)}>
                {offered.map((code) => (
                  <option key={code}>{code}</option>
                ))}
              </select>
            </div>
          </div>
          <TextArea
            label="Description"
            value={description}
            maxLength={5000}
            rows={4}
            onChange={(event) => setDescription(event.target.value)}
          />
          <PicturePicker
            label={product?.picture ? 'Replace the picture' : 'Picture'}
            picture={picture?.file}
            onPick={(file) => setPicture(file && newUpload(sub, file))}
            onOpening={setOpening}
            disabled={steps.busy}
          />
          {steps.standing && <Progress standing={steps.standing} share={share} />}
          {steps.fault && <FaultNotice fault={steps.fault} />}
          {overtaken && base && (
            <Notice>
              As it is now: {base.name}, {formatPrice(base.price, base.currency)}. The fields have what you typed: saving
              again writes it over that.
            </Notice>
          )}
        </div>
        <div className="dialog-foot">
          <button type="button" className="button button-quiet" onClick={onClose} disabled={steps.busy}>
            Cancel
          </button>
          <button className="button" disabled={steps.busy || opening}>
            {steps.busy ? 'Saving…' : product ? 'Save' : 'Create the draft'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
